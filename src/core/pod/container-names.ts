/** The init container that sets up the redirect. */
export const INIT_NAME = 'init-iptables';

/** The proxy container. */
export const PROXY_NAME = 'proxy-sidecar';

/** The environment variable by which the init container gets the redirect rules of a family. Without IPv4 it fails. */
export function rulesVariable(family: 'ipv4' | 'ipv6'): string {
  return `PROXY_INIT_RULES_${family.toUpperCase()}`;
}
