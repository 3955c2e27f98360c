import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { injectedInit } from './init-container.js';
import { applyWith, BACKENDS } from './testbed/backends.js';
import { converse } from './testbed/conversations.js';
import { Network } from './testbed/network.js';
import { FAMILIES } from './testbed/testbed.js';

/** A conversation of conversations.py, and its result with segments that fit no connection dropped, and not dropped. */
const TCP: readonly (readonly [name: string, dropped: unknown, notDropped: unknown])[] = [
  ['stray_segment_to_proxy', ['works', 'works'], ['works', 'ConnectionResetError']],
  ['stray_segment_to_app', ['works', 'works'], ['works', 'works']],
  ['half_closed', ['end', 5_000_000], ['end', 5_000_000]],
  ['forgotten_to_proxy', ['works', 'works'], ['works', 'works']],
  // The proxy's data leaves from its own port, which the client does not know.
  ['forgotten_to_proxy_and_answered', ['works', 'TimeoutError'], ['works', 'TimeoutError']],
  ['forgotten_to_app', ['works', 'works'], ['works', 'works']],
  ['forgotten_from_app', ['works', 'works'], ['works', 'works']],
  // The kernel takes the server's data for a new connection to the Pod and redirects it.
  ['forgotten_from_app_and_answered', ['works', 'TimeoutError'], ['works', 'TimeoutError']],
  ['forgotten_to_app_and_ended', ['works', 'end'], ['works', 'end']],
  ['forgotten_from_app_and_ended', ['works', 'end'], ['works', 'end']],
  ['forgotten_to_app_if_strict', ['works', 'works'], ['works', 'works']],
];

for (const backend of BACKENDS) {
  describe(`a conversation over TCP, with ${backend}`, { concurrency: 8 }, () => {
    for (const [name, dropped, notDropped] of TCP) {
      for (const dropInvalid of ['enabled', 'disabled'] as const) {
        const sentence = `${name.replaceAll('_', ' ')}, with redirect.dropInvalid ${dropInvalid}`;
        it(sentence, async (t) => {
          const init = injectedInit({
            env: { INJECTOR_REDIRECT_DROP_INVALID: dropInvalid },
            annotations: { 'proxy-injection/skip-inbound-ports': '22' },
          });
          const result = dropInvalid === 'enabled' ? dropped : notDropped;
          for (const family of FAMILIES) {
            const network = Network.create();
            t.after(() => network.remove());
            assert.equal(applyWith(backend, init, network).status, 0);
            assert.deepEqual([family, await converse(name, network, family)], [family, result]);
          }
        });
      }
    }
  });

  describe(`an answer to multicast, with ${backend}`, () => {
    for (const [skipped, receiver] of [
      ['22', 'proxy'],
      ['5353', 'app'],
    ] as const) {
      it(`goes to the ${receiver} if port ${skipped} is skipped`, async (t) => {
        const init = injectedInit({ annotations: { 'proxy-injection/skip-inbound-ports': skipped } });
        for (const family of FAMILIES) {
          const network = Network.create();
          t.after(() => network.remove());
          assert.equal(applyWith(backend, init, network).status, 0);
          const receivers = await converse('multicast_answered', network, family);
          assert.deepEqual([family, receivers], [family, [receiver]]);
        }
      });
    }
  });

  describe(`DNS queries of app and proxy from the same port, with ${backend}`, () => {
    it('go to the proxy and to the server, in any order', async (t) => {
      const init = injectedInit({ env: { INJECTOR_REDIRECT_DNS: 'enabled' } });
      for (const family of FAMILIES) {
        const network = Network.create();
        t.after(() => network.remove());
        assert.equal(applyWith(backend, init, network).status, 0);
        const queries = (await converse('dns_ports', network, family)) as [string, string[], boolean][];
        assert.equal(queries.length, 30);
        for (const [sender, receivers, answered] of queries) {
          assert.deepEqual(
            [family, sender, receivers, answered],
            [family, sender, [sender === 'app' ? 'proxy' : 'server'], true],
          );
        }
      }
    });
  });
}
