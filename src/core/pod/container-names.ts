/** The init container that sets up the redirect. */
export const INIT_NAME = 'init-iptables';

/** The proxy container. */
export const PROXY_NAME = 'proxy-sidecar';

/** The environment variables by which the init container gets the redirect rules, by the tool that applies them. */
export const RULES_VARIABLES = {
  nft: 'PROXY_INIT_RULES_NFT',
  iptables: 'PROXY_INIT_RULES_IPV4',
  ip6tables: 'PROXY_INIT_RULES_IPV6',
} as const;
