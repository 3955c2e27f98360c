import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { outcomeOf } from './outcome.js';

const REFUSED =
  'Internal error occurred: failed calling webhook "namespaces.proxy-injector.proxy-injector.svc": failed to call webhook: EOF';

function created(...names: readonly string[]): object {
  return { spec: { initContainers: names.map((name) => ({ name })), containers: [{ name: 'app' }] } };
}

describe(outcomeOf.name, () => {
  const rows = [
    ['what is added once', 201, created('init-iptables', 'proxy-sidecar'), 'injected'],
    ['nothing added', 201, created(), 'lost'],
    ['half of it', 201, created('init-iptables'), 'lost'],
    ['what is added twice', 201, created('init-iptables', 'proxy-sidecar', 'proxy-sidecar'), 'lost'],
    ['a failure to call the webhook', 500, { message: REFUSED }, 'lost'],
    ['a refusal', 403, { message: 'forbidden' }, 'lost'],
    ['a start that has not listed', 403, { message: 'not yet ready to handle request' }, 'unavailable'],
    [
      'a start that knows no Services',
      500,
      { message: 'failed calling webhook "a": failed to call webhook: service "b" not found' },
      'unavailable',
    ],
    ["the API server's own failure", 503, { message: 'apiserver is shutting down.' }, 'unavailable'],
  ] as const;
  for (const [name, status, object, kind] of rows) {
    it(`takes ${name} for ${kind}`, () => {
      assert.equal(outcomeOf({ status, object, warnings: [], auditId: '' }).kind, kind);
    });
  }
});
