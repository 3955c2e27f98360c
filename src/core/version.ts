/** The version in package.json (a test holds the two equal); written on Pods as `proxy-injection/version`. */
export const PRODUCT_VERSION = '0.1.0';
