import type { RedirectChain, RedirectRule } from './redirect.js';

/** Where the validator of node mode listens, on the Pod's loopback interface. */
export const VALIDATOR_PORT = 61054;

/** What the validator connects to: its own listener once the redirect is in place, and nothing before that. */
const PROBED = [
  { family: 'ipv4', cidr: '127.0.0.6/32' },
  { family: 'ipv6', cidr: '::1/128' },
] as const;
const PROBED_PORT = 1;

const PROBE_RULE: RedirectRule = {
  match: {
    outInterface: 'lo',
    destinations: PROBED,
    protocol: 'tcp',
    ports: [{ first: PROBED_PORT, last: PROBED_PORT }],
  },
  target: { redirect: VALIDATOR_PORT },
};

/**
 * The chains with the rule that answers the validator of node mode. It comes before all other outbound rules, which
 * skip loopback and, if the validator runs as the proxy's user, what it sends. It is in the last table that
 * iptables-restore fills, and the runner applies IPv4 last. So once it answers over IPv4, everything is in place.
 */
export function withProbeRule(chains: readonly RedirectChain[]): RedirectChain[] {
  const rules = chains.find(({ name }) => name === 'outbound')?.rules ?? [];
  return [
    ...chains.filter(({ name }) => name !== 'outbound'),
    { name: 'outbound', rules: [PROBE_RULE, ...rules] },
  ];
}
