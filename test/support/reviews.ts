import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';

/** AdmissionReviews as a kube-apiserver 1.37.2 sent them. */
export const REVIEWS = join(ROOT, 'test', 'fixtures', 'reviews');

/** A recorded AdmissionReview as it was sent: one line of JSON. */
export function recordedReview(name: string): string {
  return readFileSync(join(REVIEWS, `${name}.json`), 'utf8');
}

/** An AdmissionReview for the creation of a Pod, as short as one may be. */
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
