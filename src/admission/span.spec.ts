import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { readReview } from '../review/review.js';
import { type AdmissionFields, admissionFields } from './log-fields.js';
import { spanOf } from './span.js';

const CALL = { startedAt: 0, traceparent: 'parent', tracestate: 'state' };

/** Every attribute of OpenTelemetry's conventions. */
const CONVENTIONS = new Set<unknown>(Object.values(conventions));

function attributesOf(object: object, status = 200): object {
  const request = readReview({ request: { uid: 'uid', dryRun: true, object } });
  const fields = admissionFields(request, CALL, { outcome: 'injected', reason: 'reason', ms: 1 });
  const { attributes } = spanOf(CALL, { request, fields, ms: 1, status, message: '' });
  return Object.fromEntries(Object.entries(attributes()).filter(([, value]) => value !== undefined));
}

function ownedBy(kind: string): object {
  return { metadata: { generateName: 'web-', ownerReferences: [{ kind, name: 'web', controller: true }] } };
}

describe(spanOf.name, () => {
  const fields: AdmissionFields = { outcome: 'error', reason: 'namespace-lookup-failed' };

  it('belongs to the trace of the call', () => {
    const span = spanOf(CALL, { request: undefined, fields, ms: 7, status: 200, message: '' });
    const { traceparent, tracestate, ms } = span;
    assert.deepEqual({ traceparent, tracestate, ms }, { traceparent: 'parent', tracestate: 'state', ms: 7 });
  });

  it("is an error if the injector failed, but not if the client's request is wrong", () => {
    const of = (status: number) => {
      const { error, attributes } = spanOf(CALL, {
        request: undefined,
        fields,
        ms: 1,
        status,
        message: 'no',
      });
      return [error, attributes()['error.type']];
    };
    assert.deepEqual(of(500), ['no', 'namespace-lookup-failed']);
    assert.deepEqual(of(503), ['no', 'namespace-lookup-failed']);
    assert.deepEqual(of(413), [undefined, undefined]);
  });

  for (const kind of ['DaemonSet', 'Job', 'ReplicaSet', 'ReplicationController', 'StatefulSet', 'Rollout']) {
    it(`has only attributes of the conventions, or with our prefix: ${kind}`, () => {
      const keys = Object.keys(attributesOf(ownedBy(kind), 500));
      assert.ok(keys.length > 10);
      assert.deepEqual(
        keys.filter((key) => !key.startsWith('proxy_injection.') && !CONVENTIONS.has(key)),
        [],
      );
    });
  }
});
