import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { proxyInjector } from '../cli/command-line.js';
import { Network } from './network.js';
import { IMAGE } from './runtime.js';

const EVERYTHING = {
  INJECTOR_REDIRECT_OUTBOUND: 'enabled',
  INJECTOR_REDIRECT_DNS: 'enabled',
  INJECTOR_REDIRECT_SKIP_INBOUND_PORTS: '22,8000-8100',
  INJECTOR_REDIRECT_SKIP_OUTBOUND_CIDRS: '10.0.0.0/8,fd00::/8',
};

describe('what `proxy-injector rules` prints', () => {
  for (const [family, tool] of [
    ['ipv4', 'iptables'],
    ['ipv6', 'ip6tables'],
  ] as const) {
    for (const backend of ['nft', 'legacy']) {
      it(`is taken as it is by ${tool}-${backend}-restore`, async (t) => {
        const { stdout: input } = await proxyInjector(['rules', '--family', family], { env: EVERYTHING });
        const network = Network.create();
        t.after(() => network.remove());
        const restore = ['chroot', IMAGE.rootfs, `/usr/sbin/${tool}-${backend}-restore`];
        const env = { ...process.env, XTABLES_LOCKFILE: '/proxy-init' };
        const { status, stderr } = spawnSync('ip', ['netns', 'exec', network.pod, ...restore], {
          input,
          env,
        });
        assert.deepEqual([status, String(stderr)], [0, '']);
      });
    }
  }
});
