/** The version in package.json, which a test enforces. Written to Pods as `proxy-injection/version`. */
export const PRODUCT_VERSION = '0.2.0';
