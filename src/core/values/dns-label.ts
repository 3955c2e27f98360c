/**
 * An RFC 1123 label, the format of namespace and volume names:
 * kubernetes.io/docs/concepts/overview/working-with-objects/names.
 */
export const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
