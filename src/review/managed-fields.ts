import { CLOSE_LIST, endOfString, OPEN_LIST, QUOTE } from './json-bytes.js';

/**
 * The start of the field as the API server sends it: in JSON without spaces, and never first, since at least a name
 * precedes it (k8s.io/apimachinery, ObjectMeta). It cannot match inside a JSON string, where quotes are escaped.
 */
const FIELD = Buffer.from(',"managedFields":[');

/**
 * Empties the first `managedFields` list in the JSON of an AdmissionReview, if there is one. The list makes up a fifth
 * to two fifths of a new Pod as the API server sends it, is the most expensive part to parse, and no decision needs it.
 * Its content is not validated.
 */
export function withoutManagedFields(review: Buffer): Buffer {
  const field = review.indexOf(FIELD);
  if (field < 0) return review;
  const start = field + FIELD.length;
  const end = endOfArray(review, start);
  return end === undefined ? review : Buffer.concat([review.subarray(0, start), review.subarray(end)]);
}

/** The index of the bracket that closes the array whose content starts at `from`; undefined if it is not closed. */
function endOfArray(text: Buffer, from: number): number | undefined {
  let depth = 1;
  for (let index = from; index < text.length; index += 1) {
    const byte = text[index];
    if (byte === QUOTE) {
      index = endOfString(text, index + 1);
    } else if (byte === OPEN_LIST) {
      depth += 1;
    } else if (byte === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return undefined;
}
