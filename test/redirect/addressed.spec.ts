import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { injectedInit } from './init-container.js';
import { applyWith, BACKENDS } from './testbed/backends.js';
import { ADDRESSES, INNER, INNER_DEVICE } from './testbed/network.js';
import { APP, ask, Listeners, type Question } from './testbed/peers.js';
import { everywhere, FAMILIES, Testbed } from './testbed/testbed.js';

const GROUPS = { ipv4: '239.77.0.1', ipv6: 'ff05::77' } as const;
const BROADCAST = '10.77.0.255';
const OF_ANY_IP = { ipv4: '10.79.0.9', ipv6: 'fd79::9' } as const;
const ANY = { ipv4: '0.0.0.0', ipv6: '::' } as const;

for (const backend of BACKENDS) {
  describe(`the redirect, by address, with ${backend}`, () => {
    let testbed: Testbed;
    beforeEach(async () => {
      testbed = new Testbed();
      await testbed.ready();
    });
    afterEach(() => testbed.remove());

    const apply = (annotations: { readonly [name: string]: string } = {}) => {
      const { status, stderr } = applyWith(backend, injectedInit({ annotations }), testbed.network);
      assert.deepEqual([status, stderr], [0, '']);
    };
    const receivers = async (namespace: string, questions: readonly Question[]) =>
      (await ask(namespace, APP, questions)).map((reply) => reply?.by);

    it('takes what is sent to an address of the Pod, its link-local one, and local ones that it does not have', async () => {
      testbed.network.addAnyIp();
      apply();
      const { outside } = testbed.network;
      for (const family of FAMILIES) {
        const addresses = [ADDRESSES.pod[family], OF_ANY_IP[family]];
        const questions = addresses.map((address): Question => ['tcp', address, 8080]);
        assert.deepEqual(await receivers(outside, questions), ['proxy', 'proxy'], family);
      }
      assert.deepEqual(await receivers(outside, [['tcp', testbed.network.linkLocal(), 8080]]), ['proxy']);
    });

    it('leaves multicast and broadcast to the app', async () => {
      apply();
      const questions: Question[] = [
        ...FAMILIES.map((family): Question => ['udp', GROUPS[family], 9001]),
        ['udp', BROADCAST, 9001],
      ];
      assert.deepEqual(await receivers(testbed.network.outside, questions), ['app', 'app', 'app']);
    });

    it('leaves alone what the Pod forwards, and takes what a network behind it sends to the Pod itself', async (t) => {
      const inner = testbed.network.addInner();
      const container = new Listeners(inner, APP, everywhere('container', [8080], ANY));
      t.after(() => container.stop());
      await container.ready();
      apply();
      for (const family of FAMILIES) {
        const protocols = ['tcp', 'udp'] as const;
        const out = protocols.map((protocol): Question => [protocol, ADDRESSES.far[family], 80]);
        assert.deepEqual(await receivers(inner, out), ['far', 'far'], family);
        const back = protocols.map((protocol): Question => [protocol, INNER.container[family], 8080]);
        assert.deepEqual(await receivers(testbed.network.outside, back), ['container', 'container'], family);
        assert.deepEqual(await receivers(inner, [['tcp', INNER.gateway[family], 8080]]), ['proxy'], family);
      }
    });

    for (const skipped of [INNER_DEVICE, 'dock*']) {
      it(`leaves alone what comes through the skipped interface ${skipped}, or goes out through it`, async (t) => {
        const inner = testbed.network.addInner();
        const container = new Listeners(inner, APP, everywhere('container', [8080], ANY));
        t.after(() => container.stop());
        await container.ready();
        apply({
          'proxy-injection/skip-interfaces': `net1,${skipped}`,
          'proxy-injection/outbound': 'enabled',
        });
        const { pod, outside } = testbed.network;
        for (const family of FAMILIES) {
          assert.deepEqual(await receivers(inner, [['tcp', INNER.gateway[family], 8080]]), ['app'], family);
          assert.deepEqual(
            await receivers(pod, [['tcp', INNER.container[family], 8080]]),
            ['container'],
            family,
          );
          assert.deepEqual(await receivers(pod, [['tcp', ADDRESSES.far[family], 80]]), ['proxy'], family);
          assert.deepEqual(
            await receivers(outside, [['tcp', ADDRESSES.pod[family], 8080]]),
            ['proxy'],
            family,
          );
        }
      });
    }
  });
}
