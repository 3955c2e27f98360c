import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { injectedInit } from './init-container.js';
import { applyWith, BACKENDS } from './testbed/backends.js';
import { converse } from './testbed/conversations.js';
import { ADDRESSES, INNER, Network } from './testbed/network.js';
import { APP, ask, Listeners, type Question } from './testbed/peers.js';
import { everywhere, FAMILIES, Testbed } from './testbed/testbed.js';

const ANY = { ipv4: '0.0.0.0', ipv6: '::' } as const;

/** Probes of ports 8080 and 9001, and of 7070, on which nothing listens. Their aliases count from 63000. */
const INIT = injectedInit({
  annotations: {
    'proxy-injection/probes': 'direct',
    'proxy-injection/skip-inbound-ports': '9000',
    'proxy-injection/skip-interfaces': 'dock*',
  },
  app: {
    startupProbe: { httpGet: { port: 8080 } },
    livenessProbe: { tcpSocket: { port: 9001 } },
    readinessProbe: { grpc: { port: 7070 } },
  },
});
const [OF_8080, OF_9001, OF_7070, NO_ALIAS] = [63000, 63001, 63002, 63003] as const;

for (const backend of BACKENDS) {
  describe(`a direct probe, with ${backend}`, () => {
    let testbed: Testbed;

    /** Starts a Pod, with or without a proxy that runs, and applies the rules. */
    const start = async ({ proxy }: { readonly proxy: boolean }) => {
      testbed = new Testbed({ proxy });
      await testbed.ready();
      const { status, stderr } = applyWith(backend, INIT, testbed.network);
      assert.deepEqual([status, stderr], [0, '']);
    };
    const receivers = async (namespace: string, questions: readonly Question[]) =>
      (await ask(namespace, APP, questions)).map((reply) => reply?.by);

    afterEach(() => testbed.remove());

    describe('while the proxy runs', () => {
      beforeEach(() => start({ proxy: true }));

      for (const family of FAMILIES) {
        const pod = ADDRESSES.pod[family];

        it(`reaches the app over ${family}, and nothing else does`, async () => {
          const questions: Question[] = [
            ['tcp', pod, OF_8080],
            ['tcp', pod, OF_9001],
            ['tcp', pod, NO_ALIAS],
            ['tcp', pod, 8080],
            ['tcp', pod, 9001],
            ['udp', pod, OF_8080],
            ['tcp', pod, 9000],
          ];
          const expected = ['app', 'app', 'proxy', 'proxy', 'proxy', 'proxy', 'app'];
          assert.deepEqual(await receivers(testbed.network.outside, questions), expected);
        });

        it(`is refused over ${family} if the app does not listen`, async () => {
          const { outside } = testbed.network;
          assert.deepEqual(await receivers(outside, [['tcp', pod, OF_7070]]), [undefined]);
          assert.deepEqual(await receivers(outside, [['tcp', pod, 7070]]), ['proxy']);
        });

        it(`reaches the app through a skipped interface over ${family}, but not what the Pod forwards`, async (t) => {
          const inner = testbed.network.addInner();
          const container = new Listeners(inner, APP, everywhere('container', [OF_8080, 8080], ANY));
          t.after(() => container.stop());
          await container.ready();
          const { outside } = testbed.network;
          assert.deepEqual(await receivers(inner, [['tcp', INNER.gateway[family], OF_8080]]), ['app']);
          assert.deepEqual(await receivers(outside, [['tcp', INNER.container[family], OF_8080]]), [
            'container',
          ]);
        });
      }
    });

    it('reaches the app without a proxy', async () => {
      await start({ proxy: false });
      for (const family of FAMILIES) {
        const pod = ADDRESSES.pod[family];
        const questions: Question[] = [
          ['tcp', pod, OF_8080],
          ['tcp', pod, 8080],
        ];
        assert.deepEqual(await receivers(testbed.network.outside, questions), ['app', undefined], family);
      }
    });
  });

  describe(`the connection of a direct probe, with ${backend}`, () => {
    for (const family of FAMILIES) {
      it(`survives a stray segment over ${family}`, async (t) => {
        const network = Network.create();
        t.after(() => network.remove());
        assert.equal(applyWith(backend, INIT, network).status, 0);
        assert.deepEqual(await converse('stray_segment_to_alias', network, family), ['works', 'works']);
      });
    }
  });
}
