/** The init container that sets up the redirect or, in node mode, waits for it. */
export const INIT_NAME = 'init-iptables';

/** The proxy container. */
export const PROXY_NAME = 'proxy-sidecar';

/** The environment variables by which the init container gets the redirect rules, by the tool that applies them. */
export const RULES_VARIABLES = {
  nft: 'PROXY_INIT_RULES_NFT',
  iptables: 'PROXY_INIT_RULES_IPV4',
  ip6tables: 'PROXY_INIT_RULES_IPV6',
} as const;

/** In node mode instead: the families whose redirect the init container waits for, with spaces between them. */
export const FAMILIES_VARIABLE = 'PROXY_INIT_FAMILIES';

/** The variables by which an injected Pod's init container is recognized. Under every configuration, it has one. */
export const INIT_MARKS: readonly string[] = [RULES_VARIABLES.iptables, FAMILIES_VARIABLE];
