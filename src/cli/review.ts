import { AdmissionProblem } from '../admission/problem.js';
import { decodeReview } from '../admission/review.js';
import { isObject } from '../core/json.js';
import { type Candidate, labelOf } from './candidate.js';
import type { Input } from './inputs.js';
import { UserError } from './user-error.js';

/** The AdmissionReview in an input as a candidate; undefined if there is none in it. Throws `UserError` for a broken one. */
export function reviewIn({ name, text }: Input): Candidate | undefined {
  if (!/"AdmissionReview"/.test(text) || !isReview(text)) return undefined;
  try {
    const { object, facts } = decodeReview(text);
    const position = () => name;
    return { label: objectLabel(object), object, request: facts, position, requestOrigin: position };
  } catch (error) {
    if (error instanceof AdmissionProblem) throw new UserError(`${name}: ${error.message}`);
    throw error;
  }
}

function isReview(text: string): boolean {
  try {
    const review: unknown = JSON.parse(text);
    return isObject(review) && review.kind === 'AdmissionReview';
  } catch {
    return false;
  }
}

function objectLabel(object: unknown): string {
  const { kind, metadata } = isObject(object) ? object : {};
  const { name, generateName } = isObject(metadata) ? metadata : {};
  return labelOf({ kind: String(kind ?? 'object'), name: String(name ?? generateName ?? '') });
}
