import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { NamespaceInformer } from '../../../src/namespaces/informer.js';
import { until } from '../../support/until.js';
import { hang, status } from './fake-answers.js';
import { prepareInformer, type Setup } from './informer-setup.js';

/** Resources that would keep a process alive, apart from the listening fake server. */
const LEFTOVER = /^(Timeout|TCPSocketWrap|TCPConnectWrap|ConnectWrap|TLSWrap)$/;

/** A leaked timer outlasts the timeout of `until`. */
const PATIENT = { backoffMinMs: 60_000, backoffMaxMs: 60_000, lookupWaitMs: 60_000, lookupTimeoutMs: 60_000 };

describe(`${NamespaceInformer.name}.stop`, () => {
  const moments: Record<string, (setup: Setup) => Promise<void>> = {
    'before it starts': async () => {},
    'at once after the start': async ({ informer }) => informer.start(),
    'while it lists': async ({ api, informer }) => {
      api.always('list', hang);
      informer.start();
      await until(() => api.of('list').length === 1);
    },
    'while it watches': async ({ api, informer }) => {
      informer.start();
      await until(() => api.watches === 1);
    },
    'while it waits to retry': async ({ api, informer, log }) => {
      api.always('list', status(500));
      informer.start();
      await until(() => log.lines.length >= 2);
    },
    'after a lookup': async ({ api, informer }) => {
      api.set('shop');
      await informer.get('shop');
    },
    'while it looks up a namespace': async ({ api, informer }) => {
      informer.start();
      await until(() => informer.synced);
      api.always('get', hang);
      informer.get('shop').catch(() => {});
      await until(() => api.of('get').length === 1);
    },
  };
  for (const [moment, arrive] of Object.entries(moments)) {
    test(`leaves no connection or timer behind when stopped ${moment}`, async (t) => {
      const setup = await prepareInformer(t, PATIENT);
      await arrive(setup);
      await setup.informer.stop();
      await until(() => setup.api.connections === 0);
      await until(() => !process.getActiveResourcesInfo().some((each) => LEFTOVER.test(each)));
      const { length } = setup.api.requests;
      setup.informer.start();
      await delay(20);
      assert.equal(setup.api.requests.length, length, 'it does not start again');
    });
  }
});
