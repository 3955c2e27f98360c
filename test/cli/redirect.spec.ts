import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { proxyInjector, temporaryFolder } from './command-line.js';

const cwd = temporaryFolder();
const CONFIG = 'redirect:\n  outbound: enabled\n  skipOutboundCidrs: 10.0.0.0/8,fd00::/8\n';
writeFileSync(join(cwd, 'config.yaml'), CONFIG);
const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: web, annotations: {ANNOTATION}}\nspec: {containers: [{name: app}]}\n';
writeFileSync(join(cwd, 'pod.yaml'), POD.replace('ANNOTATION', '"proxy-injection/skip-inbound-ports": "22"'));
writeFileSync(join(cwd, 'off.yaml'), POD.replace('ANNOTATION', 'proxy-injection: disabled'));

describe('redirect', () => {
  it('prints the rules of the configuration for nft, in both families', async () => {
    const { code, stdout } = await proxyInjector(['redirect', '--config', 'config.yaml'], { cwd });
    assert.equal(code, 0);
    assert.match(stdout, /^add table inet proxy_injector\n[\s\S]*\n}\n$/);
    assert.match(stdout, /ip daddr 10\.0\.0\.0\/8 counter return\n/);
    assert.match(stdout, /ip6 daddr fd00::\/8 counter return\n/);
  });

  for (const [format, own, other] of [
    ['iptables', '10.0.0.0/8', 'fd00::/8'],
    ['ip6tables', 'fd00::/8', '10.0.0.0/8'],
  ] as const) {
    it(`prints the rules of one family for ${format}`, async () => {
      const args = ['redirect', '--config', 'config.yaml', '--format', format];
      const { stdout } = await proxyInjector(args, { cwd });
      assert.match(stdout, /^\*mangle\n[\s\S]*\*nat\n[\s\S]*COMMIT\n$/);
      assert.ok(stdout.includes(` -d ${own} `));
      assert.ok(!stdout.includes(other));
    });
  }

  it('prints the rules that the agent applies if the node redirects', async () => {
    const env = { INJECTOR_REDIRECT_BY: 'node', INJECTOR_PROXY_MODE: 'native' };
    const { code, stdout } = await proxyInjector(['redirect', '-f', 'pod.yaml'], { cwd, env });
    assert.equal(code, 0);
    assert.match(stdout, /ip daddr 127\.0\.0\.6\/32 oifname "lo" tcp dport 1 counter redirect to :61054\n/);
    assert.match(stdout, /tcp dport 22 counter return\n/);
  });

  it('prints nothing else for a single Pod, so that the tool takes it', async () => {
    const { stdout } = await proxyInjector(['redirect', '--format', 'iptables', '-f', 'pod.yaml'], { cwd });
    assert.match(stdout, /^\*mangle\n/);
    assert.match(stdout, /-p tcp -m multiport --dports 22 -j RETURN/);
  });

  it('prints no rules for a Pod without a proxy, and reports why', async () => {
    const { code, stdout, stderr } = await proxyInjector(['redirect', 'off.yaml', 'pod.yaml'], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /^error: pod\/web: denied: Automatic pod injection is disabled\.\n$/);
    assert.match(stdout, /^--- pod\/web\nadd table /);
  });

  it('prints no rules for ip6tables if IPv6 is disabled, and reports why', async () => {
    const env = { INJECTOR_REDIRECT_IPV6: 'disabled' };
    const { code, stdout, stderr } = await proxyInjector(['redirect', '--format', 'ip6tables'], { env });
    assert.deepEqual(
      [code, stdout, stderr],
      [1, '', 'error: the configuration: no rules for ip6tables: redirect.ipv6 is disabled\n'],
    );
  });

  it("spares the user of the namespace's range if the proxy has it", async () => {
    const env = { INJECTOR_PROXY_UID: 'namespace', INJECTOR_REDIRECT_OUTBOUND: 'enabled' };
    const range = 'openshift.io/sa.scc.uid-range=1000650000/10000';
    for (const input of [[], ['-f', 'pod.yaml']]) {
      const args = ['redirect', ...input, '--namespace-annotation', range];
      const { code, stdout } = await proxyInjector(args, { cwd, env });
      assert.equal(code, 0);
      assert.match(stdout, /\n *meta skuid 1000659999 counter return\n *meta skgid 5054 counter return\n/);
    }
  });

  it('prints no rules without that range, and names the annotation', async () => {
    const env = { INJECTOR_PROXY_UID: 'namespace' };
    const { code, stdout, stderr } = await proxyInjector(['redirect'], { env });
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(
      stderr,
      /^error: the configuration: namespace annotation openshift\.io\/sa\.scc\.uid-range: expected .*, got nothing\n$/,
    );
  });

  it('reports a malformed Pod with its position', async () => {
    const stdin = 'apiVersion: v1\nkind: Pod\nspec:\n  containers: app\n';
    const { code, stdout, stderr } = await proxyInjector(['redirect', '-f', '-'], { stdin });
    assert.deepEqual([code, stdout], [2, '']);
    assert.equal(stderr, 'error: <stdin>:4:3 spec.containers: expected a list, got a string\n');
  });
});
