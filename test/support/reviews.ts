import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';

/** AdmissionReviews recorded from kube-apiserver 1.37.2. */
export const REVIEWS = join(ROOT, 'test', 'fixtures', 'reviews');

/** A recorded AdmissionReview: one line of JSON, as sent. */
export function recordedReview(name: string): string {
  return readFileSync(join(REVIEWS, `${name}.json`), 'utf8');
}

/** A minimal AdmissionReview for the creation of a Pod. */
export function reviewOf(object: unknown, request: object = {}): object {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'b1f5b5a3-5a3e-4a0e-9b1a-0f4a3a1c7e11',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      operation: 'CREATE',
      namespace: 'shop',
      object,
      ...request,
    },
  };
}
