import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { AdmissionController } from '../../../src/admission/admission.controller.js';
import type { Answer } from '../../../src/admission/call.js';
import { PatchService } from '../../../src/admission/patch.service.js';
import { ValidationService } from '../../../src/admission/validation.service.js';
import { ConfigService } from '../../../src/config/config.service.js';
import { NamespacesService } from '../../../src/namespaces/namespaces.service.js';
import { EventsService } from '../../../src/observability/events/events.service.js';
import { ReadinessService } from '../../../src/observability/health/readiness.service.js';
import { MetricsService } from '../../../src/observability/metrics/metrics.service.js';
import { fc } from '../../support/fast-check.js';

const logger = pino({ level: 'debug' }, { write: () => {} });
const config = new ConfigService({});
const metrics = new MetricsService();
const namespaces = new NamespacesService(config, metrics, new ReadinessService(), logger);
const controller = new AdmissionController(
  config,
  new ValidationService(namespaces),
  new PatchService(),
  metrics,
  new EventsService(config, metrics, logger),
  logger,
);

/** Placeholders for what `JSON.parse` reads but `JSON.stringify` cannot write: very deep lists, and infinity. */
const DEEP = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
const PLACEHOLDERS: readonly (readonly [string, string])[] = [
  ['"<deep>"', DEEP],
  ['"<infinity>"', '1e400'],
];

/** Values that break careless readers, such as objects with a member that hides a method. */
const leaf = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  fc.constantFrom<unknown>(
    { toString: 1 },
    { toString: 1, valueOf: 1 },
    '<deep>',
    '<infinity>',
    [[]],
    'native',
    -1,
  ),
);

/** Fields without which the rest is not read. */
const REQUIRED = ['request', 'uid', 'object', 'spec', 'containers', 'name', 'group', 'version', 'kind'];

/** An object with most of these fields. Their values are usually valid, and occasionally anything. */
function some(fields: { readonly [key: string]: fc.Arbitrary<unknown> }): fc.Arbitrary<unknown> {
  const either = Object.entries(fields).map(([key, value]) => [
    key,
    fc.oneof({ weight: 60, arbitrary: value }, leaf),
  ]);
  const requiredKeys = Object.keys(fields).filter((key) => REQUIRED.includes(key));
  return fc.record<{ [key: string]: unknown }>(Object.fromEntries(either), { requiredKeys });
}

const list = (entry: fc.Arbitrary<unknown>) =>
  fc.array(fc.oneof({ weight: 60, arbitrary: entry }, leaf), { maxLength: 2 });
const is = fc.constant;
const container = some({
  name: is('app'),
  ports: list(some({ containerPort: is(80), protocol: is('UDP') })),
  securityContext: some({ runAsUser: is(1) }),
  restartPolicy: is('Always'),
});
const pod = some({
  apiVersion: is('v1'),
  kind: is('Pod'),
  metadata: some({
    name: is('web'),
    generateName: is('web-'),
    namespace: is('shop'),
    annotations: some({ 'proxy-injection': is('enabled'), 'proxy-injection/mode': is('native') }),
    labels: some({ 'proxy-injection': is('enabled') }),
    ownerReferences: list(some({ controller: is(true), kind: is('ReplicaSet'), name: is('web') })),
    managedFields: list(some({ fieldsV1: some({ 'k:{"name":"]"}': is({}) }) })),
  }),
  spec: some({
    containers: fc.array(container, { minLength: 1, maxLength: 2 }),
    initContainers: list(container),
    volumes: list(some({ name: is('data') })),
    imagePullSecrets: list(some({ name: is('pull') })),
    nodeSelector: some({ 'kubernetes.io/os': is('linux') }),
    os: some({ name: is('linux') }),
    securityContext: some({ runAsUser: is(1) }),
    hostNetwork: is(false),
    restartPolicy: is('Never'),
  }),
});
const review = some({
  apiVersion: is('admission.k8s.io/v1'),
  kind: is('AdmissionReview'),
  request: some({
    uid: is('u'),
    kind: some({ group: is(''), version: is('v1'), kind: is('Pod') }),
    operation: is('CREATE'),
    subResource: is(''),
    namespace: is('shop'),
    dryRun: is(true),
    object: pod,
  }),
});

function bodyOf(value: unknown, indent?: number): Buffer {
  const json = JSON.stringify(value, undefined, indent);
  return Buffer.from(
    PLACEHOLDERS.reduce((text, [placeholder, real]) => text.replaceAll(placeholder, real), json),
  );
}

function answerTo(body: Buffer): Answer {
  const answer = controller.mutate(body, { startedAt: performance.now(), traceparent: undefined });
  assert.ok(!(answer instanceof Promise));
  return answer;
}

describe('the answer to any JSON', () => {
  it('is an AdmissionReview, or status 400 with a message', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: review }, leaf), (value) => {
        const { status, body } = answerTo(bodyOf(value));
        const { response, message } = JSON.parse(body);
        assert.ok(
          status === 200 ? typeof response.allowed === 'boolean' : status === 400 && message !== '',
          body,
        );
        seen.add(response?.auditAnnotations.reason ?? 'bad-request');
      }),
      { numRuns: 3000 },
    );
    // The rarest, not-applicable, is 1 in 80 answers. The chance that 3000 answers do not include it is below 1e-15.
    for (const reason of ['injected', 'malformed-pod', 'not-applicable', 'bad-request'])
      assert.ok(seen.has(reason), `no ${reason}`);
  });

  it('does not depend on managed fields, which are parsed in indented JSON only', () => {
    fc.assert(
      fc.property(review, (value) => {
        assert.deepEqual(answerTo(bodyOf(value)), answerTo(bodyOf(value, 1)));
      }),
      { numRuns: 3000 },
    );
  });
});
