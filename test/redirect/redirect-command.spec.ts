import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proxyInjector } from '../cli/command-line.js';
import { redirectIn, runTool } from './testbed/backends.js';
import { Network } from './testbed/network.js';

const EVERYTHING = {
  INJECTOR_REDIRECT_OUTBOUND: 'enabled',
  INJECTOR_REDIRECT_DNS: 'enabled',
  INJECTOR_REDIRECT_SKIP_INBOUND_PORTS: '22,8000-8100',
  INJECTOR_REDIRECT_SKIP_OUTBOUND_CIDRS: '10.0.0.0/8,fd00::/8',
};

/** The tools that apply each format. */
const TOOLS = {
  nft: ['nft -f -'],
  iptables: ['iptables-nft-restore', 'iptables-legacy-restore'],
  ip6tables: ['ip6tables-nft-restore', 'ip6tables-legacy-restore'],
} as const;

describe('the output of `proxy-injector redirect`', () => {
  for (const [format, commands] of Object.entries(TOOLS)) {
    for (const command of commands) {
      it(`with --format ${format} is input for ${command}`, async (t) => {
        const { stdout } = await proxyInjector(['redirect', '--format', format], { env: EVERYTHING });
        const network = Network.create();
        t.after(() => network.remove());
        runTool(network, command.split(' ') as [string], stdout);
        const rules = (lines: readonly string[]) =>
          lines.filter((line) => / -A |^-A | counter /.test(line)).length;
        assert.equal(rules(redirectIn(network)), rules(stdout.split('\n')));
      });
    }
  }

  it('is refused as a whole by every tool but its own, and by every tool if it is for several Pods', async (t) => {
    const pods = ['a', 'b'].map(
      (name) => `{kind: Pod, apiVersion: v1, metadata: {name: ${name}}, spec: {containers: [{name: app}]}}`,
    );
    const network = Network.create();
    t.after(() => network.remove());
    for (const format of Object.keys(TOOLS)) {
      const { stdout: one } = await proxyInjector(['redirect', '--format', format], { env: EVERYTHING });
      const several = await proxyInjector(['redirect', '--format', format, '-f', '-'], {
        stdin: pods.join('\n---\n'),
      });
      for (const [tool, commands] of Object.entries(TOOLS)) {
        const texts = tool === format ? [several.stdout] : [one, several.stdout];
        for (const text of tool === 'nft' || format === 'nft' ? texts : [several.stdout]) {
          for (const command of commands) {
            assert.throws(() => runTool(network, command.split(' ') as [string], text), /Error|error|failed/);
          }
        }
      }
    }
    assert.deepEqual(redirectIn(network), []);
  });
});
