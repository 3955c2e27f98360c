import { AdmissionError } from './admission-error.js';
import { CLOSE_LIST, CLOSE_OBJECT, COMMA, endOfString, OPEN_LIST, OPEN_OBJECT, QUOTE } from './json-bytes.js';

/** Smaller bodies are parsed in milliseconds whatever they hold. */
const CHECKED_BYTES = 256 * 1024;

/** No Kubernetes object nests nearly as deep; Go's decoder stops at 10,000. */
const MAX_DEPTH = 256;

/**
 * The most objects and lists, and the most values in all. etcd stores objects of up to 1.5 MiB, which as a Pod of the
 * shortest environment variables there can be is some 60,000 objects and 180,000 values.
 */
const MAX_COLLECTIONS = 100_000;
const MAX_VALUES = 250_000;

/**
 * Rejects JSON that takes seconds to parse: `JSON.parse` blocks the event loop, and 8 MiB of nested lists cost it up
 * to 7 s and 500 MB. Counts brackets and commas outside of strings, and checks nothing else. Throws an {@link
 * AdmissionError} of status 413.
 */
export function checkComplexity(json: Buffer): void {
  if (json.length < CHECKED_BYTES) return;
  let depth = 0;
  let collections = 0;
  let commas = 0;
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index];
    if (byte === QUOTE) {
      index = endOfString(json, index + 1);
    } else if (byte === COMMA) {
      commas += 1;
      if (collections + commas > MAX_VALUES) throw tooComplex(`at most ${MAX_VALUES} values`);
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth += 1;
      collections += 1;
      if (depth > MAX_DEPTH) throw tooComplex(`at most ${MAX_DEPTH} levels of nesting`);
      if (collections > MAX_COLLECTIONS) throw tooComplex(`at most ${MAX_COLLECTIONS} objects and lists`);
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      depth -= 1;
    }
  }
}

function tooComplex(expected: string): AdmissionError {
  return new AdmissionError(413, 'body-too-complex', `the body: expected ${expected}, got more`);
}
