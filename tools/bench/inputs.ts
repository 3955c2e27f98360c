import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REVIEWS, reviewOf } from '../../test/support/reviews.js';

/** A file that holds the body of a request. */
export interface Input {
  readonly name: string;
  readonly file: string;
}

/** Reviews recorded from an API server. A goal is the throughput relative to the bare server's. */
export const RECORDED = [
  { ...recorded('pod-by-replicaset'), goal: 1 },
  { ...recorded('pod-30-env'), goal: 1 },
  { ...recorded('pod-2000-env'), goal: 1 },
  { ...recorded('mirror-pod'), goal: 1 },
] as const;

/** The API server rejects larger requests: k8s.io/apiserver, MaxRequestBodyBytes. */
const LARGEST_BYTES = 3 * 1024 * 1024;

/** The placeholder for the Pod in the text of a review. */
const PLACEHOLDER = '@pod';

/** Pods made to be expensive, each in one size and half of it. */
export const ADVERSARIAL = [
  grown('an annotation of 3 MiB', LARGEST_BYTES, (bytes) => annotated({ note: 'x'.repeat(bytes) })),
  grown('10,000 annotations', 10_000, (count) => annotated(keys(count, 'example.com/key-'))),
  grown('10,000 annotations with our prefix', 10_000, (count) =>
    annotated(keys(count, 'proxy-injection/key-')),
  ),
  grown('50,000 managed fields', 50_000, (count) => managed(keys(count, 'k:{"name":"'))),
  grown('10,000 containers', 10_000, (count) => withSpec({ containers: containers(count) })),
  grown('10,000 init containers', 10_000, (count) =>
    withSpec({ containers: containers(1), initContainers: containers(count) }),
  ),
  // The most that the check of the complexity lets pass.
  grown('99,000 lists, 250 levels deep', 99_000, (count) => withField(nestedLists(count))),
  grown('240,000 fields', 240_000, (count) => withField(JSON.stringify(keys(count, '', 1)))),
] as const;

function recorded(name: string): Input {
  return { name, file: join(REVIEWS, `${name}.json`) };
}

function grown(name: string, size: number, podOf: (size: number) => string) {
  return { name, half: written(name, podOf(size / 2)), whole: written(name, podOf(size)) };
}

function written(name: string, pod: string): Input {
  const file = join(mkdtempSync(join(tmpdir(), 'bench-')), 'review.json');
  writeFileSync(
    file,
    JSON.stringify(reviewOf(PLACEHOLDER)).replace(`"${PLACEHOLDER}"`, () => pod),
  );
  return { name, file };
}

function annotated(annotations: object): string {
  return JSON.stringify({ metadata: { name: 'pod', annotations }, spec: { containers: containers(1) } });
}

function managed(fieldsV1: object): string {
  const metadata = { name: 'pod', managedFields: [{ manager: 'kubectl', fieldsV1 }] };
  return JSON.stringify({ metadata, spec: { containers: containers(1) } });
}

function withSpec(spec: object): string {
  return JSON.stringify({ metadata: { name: 'pod' }, spec });
}

/** A Pod with one more field, given as JSON. */
function withField(json: string): string {
  return `{"metadata":{"name":"pod"},"spec":{"containers":${JSON.stringify(containers(1))}},"field":${json}}`;
}

function nestedLists(count: number): string {
  const depth = 250;
  return `[${Array.from({ length: count / depth }, () => '['.repeat(depth) + ']'.repeat(depth)).join(',')}]`;
}

function keys(count: number, prefix: string, value: unknown = 'value'): { readonly [key: string]: unknown } {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, value]));
}

function containers(count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `container-${index}`,
    image: 'registry.example.com/shop/api:1.2.3',
    ports: [{ containerPort: 8080 }],
  }));
}
