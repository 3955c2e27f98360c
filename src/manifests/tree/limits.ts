/** The deepest nesting: the same that the webhook accepts. */
export const MAX_DEPTH = 256;

/** The most keys and list entries in a document: they take about a gigabyte of memory as a syntax tree. */
export const MAX_ENTRIES = 1_000_000;

export const TOO_DEEP = `expected at most ${MAX_DEPTH} levels of nesting, got more`;

export function tooMany(entries: number): string {
  return `expected at most ${entries.toLocaleString('en')} keys and list entries in a document, got more`;
}
