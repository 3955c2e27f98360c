/** The longest string in a log line, in UTF-16 code units: enough for a stack trace, or a list of mistakes. */
export const MAX_STRING = 8 * 1024;

/** How much of the end of a longer string is kept; the rest is kept of its beginning. */
const TAIL = 2 * 1024;

/** Shortens the strings in a line of JSON, keys included. Clients determine the length of some of them. */
export function withShortStrings(line: string): string {
  if (line.length <= MAX_STRING) return line;
  return `${JSON.stringify(mapStrings(JSON.parse(line), shortened))}\n`;
}

/** A copy of a JSON value, every string and key in it mapped. */
export function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((entry) => mapStrings(entry, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [map(key), mapStrings(inner, map)]));
}

function shortened(text: string): string {
  if (text.length <= MAX_STRING) return text;
  const omitted = text.length - MAX_STRING;
  const head = text.slice(0, MAX_STRING - TAIL);
  return `${head} ... (${omitted} characters omitted) ... ${text.slice(-TAIL)}`;
}
