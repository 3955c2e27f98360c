/** The init container that sets up the redirect. */
export const INIT_NAME = 'init-iptables';

/** The proxy container. */
export const PROXY_NAME = 'proxy-sidecar';
