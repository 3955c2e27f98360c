/** A name of RFC 1123, as namespaces and volumes have it: kubernetes.io/docs/concepts/overview/working-with-objects/names. */
export const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
