import { restoreText } from './iptables.js';
import { nftText } from './nftables.js';
import { type Redirect, redirectChains } from './redirect.js';

/** The tools that may apply the rules: nft for all IP families, the others for one each. */
export const RULE_TOOLS = ['nft', 'iptables', 'ip6tables'] as const;
export type RuleTool = (typeof RULE_TOOLS)[number];

/** The same rules as input of `nft -f`, of `iptables-restore --noflush`, and of `ip6tables-restore --noflush`. */
export interface Ruleset {
  readonly nft: string;
  readonly iptables: string;
  /** Missing if IPv6 is not redirected. */
  readonly ip6tables?: string;
}

/** The rules of a redirect, for each tool. */
export function rulesetOf(redirect: Redirect): Ruleset {
  const chains = redirectChains(redirect);
  return {
    nft: nftText(chains, redirect),
    iptables: restoreText(chains, 'ipv4'),
    ...(redirect.ipv6 && { ip6tables: restoreText(chains, 'ipv6') }),
  };
}
