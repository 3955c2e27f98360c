import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settings } from '../../../test/support/core-cases.js';
import { drainOf, drainWarnings } from './drain.js';
import { resolveDefaults } from './resolved-settings.js';
import type { ProxySettings } from './settings.js';

/** `proxy`, the sleep of the app, its grace period, and how long the proxy drains: what it gets, and what it wants. */
const TABLE: readonly (readonly [Partial<ProxySettings>, number, number | undefined, number, number])[] = [
  [{}, 0, undefined, 0, 0],
  [{}, 12, undefined, 12, 12],
  [{}, 28, undefined, 28, 28],
  [{}, 29, undefined, 28, 29],
  [{}, 60, undefined, 28, 60],
  [{}, 60, 62, 60, 60],
  [{}, 1, 3, 1, 1],
  [{}, 1, 2, 0, 1],
  [{}, 0, 0, 0, 0],
  [{ drainSeconds: '10' }, 0, undefined, 10, 10],
  [{ drainSeconds: '10' }, 12, undefined, 12, 12],
  [{ drainSeconds: '10' }, 0, 5, 3, 10],
  [{ drainSeconds: '10' }, 0, 1, 0, 10],
  [{ drainSeconds: '10' }, 0, -1, 0, 10],
  [{ drainSeconds: '0' }, 12, undefined, 0, 0],
  [{ mode: 'native' }, 12, undefined, 0, 0],
  [{ mode: 'native', drainSeconds: '10' }, 12, undefined, 0, 0],
  [{ container: { lifecycle: { preStop: { exec: { command: ['drain'] } } } } }, 12, undefined, 0, 0],
  [{ container: { lifecycle: { postStart: { exec: { command: ['wait'] } } } } }, 12, undefined, 12, 12],
];

describe(drainOf.name, () => {
  for (const [proxy, sleep, grace, seconds, wanted] of TABLE) {
    it(`is ${seconds} s of ${wanted} with ${JSON.stringify(proxy)}, an app that sleeps ${sleep} s, and a grace period of ${grace}`, () => {
      const lifecycle = { preStop: { sleep: { seconds: sleep } } };
      const spec = { containers: [{ name: 'app', lifecycle }], terminationGracePeriodSeconds: grace };
      assert.deepEqual(drainOf({ spec }, resolveDefaults(settings({ proxy }))), { seconds, wanted });
    });
  }
});

describe(drainWarnings.name, () => {
  it('says which grace period is enough, if the one of the Pod is not', () => {
    assert.deepEqual(drainWarnings({ seconds: 28, wanted: 60 }), [
      'the proxy drains for 28 s instead of 60; set terminationGracePeriodSeconds to 62',
    ]);
    assert.deepEqual(drainWarnings({ seconds: 60, wanted: 60 }), []);
  });
});
