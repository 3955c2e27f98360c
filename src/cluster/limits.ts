/**
 * The most the client reads of a response, or of one event of a watch. Every object fits: by default etcd rejects those
 * over 1.5 MiB, which are at most 9 MiB of JSON, since Go escapes `<` with six bytes.
 */
export const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;
