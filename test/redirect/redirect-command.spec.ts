import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proxyInjector } from '../cli/command-line.js';
import { natTable, runTool } from './testbed/nat-table.js';
import { Network } from './testbed/network.js';

const EVERYTHING = {
  INJECTOR_REDIRECT_OUTBOUND: 'enabled',
  INJECTOR_REDIRECT_DNS: 'enabled',
  INJECTOR_REDIRECT_SKIP_INBOUND_PORTS: '22,8000-8100',
  INJECTOR_REDIRECT_SKIP_OUTBOUND_CIDRS: '10.0.0.0/8,fd00::/8',
};

describe('the output of `proxy-injector redirect`', () => {
  for (const [family, tool] of [
    ['ipv4', 'iptables'],
    ['ipv6', 'ip6tables'],
  ] as const) {
    for (const backend of ['nft', 'legacy'] as const) {
      it(`is valid input for ${tool}-${backend}-restore`, async (t) => {
        const { stdout } = await proxyInjector(['redirect', '--family', family], { env: EVERYTHING });
        const network = Network.create();
        t.after(() => network.remove());
        runTool(network, [`${tool}-${backend}-restore`], stdout);
        const applied = natTable(network, backend)[family].filter((rule) => rule.startsWith('-A'));
        assert.equal(applied.length, stdout.match(/^-A/gm)?.length);
      });
    }
  }
});
