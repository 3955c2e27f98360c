import { restoreText } from './iptables.js';
import { nftText } from './nftables.js';
import { type Redirect, type RedirectChain, redirectChains } from './redirect.js';
import { withProbeRule } from './validator.js';

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

/** The rules that the init container of a Pod applies, for each tool. */
export function rulesetOf(redirect: Redirect): Ruleset {
  return rendered(redirectChains(redirect), redirect);
}

/** The rules that the agent applies in node mode, for each tool: the same, and one that answers the validator. */
export function nodeRulesetOf(redirect: Redirect): Ruleset {
  return rendered(withProbeRule(redirectChains(redirect)), redirect);
}

function rendered(chains: readonly RedirectChain[], { ipv6 }: Redirect): Ruleset {
  return {
    nft: nftText(chains, { ipv6 }),
    iptables: restoreText(chains, 'ipv4'),
    ...(ipv6 && { ip6tables: restoreText(chains, 'ipv6') }),
  };
}
