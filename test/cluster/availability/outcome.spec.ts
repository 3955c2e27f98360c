import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { outcomeOf } from './outcome.js';

const FAILED_CALL =
  'Internal error occurred: failed calling webhook "namespaces.proxy-injector.proxy-injector.svc": failed to call webhook: EOF';

function created(...names: readonly string[]): object {
  return { spec: { initContainers: names.map((name) => ({ name })), containers: [{ name: 'app' }] } };
}

describe(outcomeOf.name, () => {
  const rows = [
    ['a Pod injected once', 201, created('init-iptables', 'proxy-sidecar'), 'injected'],
    ['a Pod without a proxy', 201, created(), 'lost'],
    ['a Pod with only the init container', 201, created('init-iptables'), 'lost'],
    ['a Pod injected twice', 201, created('init-iptables', 'proxy-sidecar', 'proxy-sidecar'), 'lost'],
    ['a failure to call the webhook', 500, { message: FAILED_CALL }, 'lost'],
    ['a denial', 403, { message: 'forbidden' }, 'lost'],
    [
      'an API server whose informers have not synced',
      403,
      { message: 'not yet ready to handle request' },
      'unavailable',
    ],
    [
      'an API server that has not listed Services',
      500,
      { message: 'failed calling webhook "a": failed to call webhook: service "b" not found' },
      'unavailable',
    ],
    ["the API server's own failure", 503, { message: 'apiserver is shutting down.' }, 'unavailable'],
  ] as const;
  for (const [name, status, object, kind] of rows) {
    it(`counts ${name} as ${kind}`, () => {
      assert.equal(outcomeOf({ status, object, warnings: [], auditId: '' }).kind, kind);
    });
  }
});
