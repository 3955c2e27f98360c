import { isObject } from '../../core/values/json.js';
import type { ManifestDocument } from '../../manifests/document.js';
import { Diagnostic } from '../../manifests/tree/diagnostic.js';
import { AdmissionError } from '../../review/admission-error.js';
import { readReview } from '../../review/review.js';
import { type Candidate, labelOf } from './candidate.js';

/**
 * Reads a document that is an AdmissionReview as a candidate, or returns why it is invalid. Returns undefined for any
 * other document.
 */
export function reviewIn(document: ManifestDocument): Candidate | Diagnostic | undefined {
  const { value } = document;
  if (!isObject(value) || value.kind !== 'AdmissionReview' || document.path.length > 0) return undefined;
  try {
    const { object, facts } = readReview(value);
    return {
      label: objectLabel(object),
      workload: 'Pod',
      object,
      request: facts,
      isReview: true,
      position: (path) => document.position(['request', 'object', ...path]),
      requestOrigin: (field) => document.position(['request', field]),
    };
  } catch (error) {
    if (error instanceof AdmissionError) {
      return new Diagnostic(document.position([]), '', error.message);
    }
    throw error;
  }
}

function objectLabel(object: unknown): string {
  const { kind, metadata } = isObject(object) ? object : {};
  const { name, generateName } = isObject(metadata) ? metadata : {};
  return labelOf({ kind: String(kind ?? 'object'), name: String(name ?? generateName ?? '') });
}
