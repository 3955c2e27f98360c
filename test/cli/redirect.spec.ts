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
  it('prints the rules of the configuration for both families', async () => {
    const { code, stdout } = await proxyInjector(['redirect', '--config', 'config.yaml'], { cwd });
    assert.equal(code, 0);
    const [, ipv4 = '', ipv6 = ''] = stdout.split(/^# ipv[46]\n/m);
    assert.match(ipv4, /^\*nat\n[\s\S]*-d 10\.0\.0\.0\/8 [\s\S]*COMMIT\n$/);
    assert.match(ipv6, /^\*nat\n[\s\S]*-d fd00::\/8 [\s\S]*COMMIT\n$/);
    assert.doesNotMatch(ipv4, /fd00/);
  });

  it('prints the rules of a Pod for one family', async () => {
    const { stdout } = await proxyInjector(['redirect', '--family', 'ipv4', '-f', 'pod.yaml'], { cwd });
    assert.match(stdout, /^# pod\/web\n# ipv4\n\*nat\n/);
    assert.match(stdout, /-p tcp -m multiport --dports 22 -j RETURN/);
    assert.doesNotMatch(stdout, /ipv6/);
  });

  it('prints no rules for a Pod without a proxy, and reports why', async () => {
    const { code, stdout, stderr } = await proxyInjector(['redirect', 'off.yaml', 'pod.yaml'], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /^error: pod\/web: denied: Automatic pod injection is disabled\.\n$/);
    assert.equal(stdout.match(/# pod\/web/g)?.length, 1);
  });

  it('reports a malformed Pod with its position', async () => {
    const stdin = 'apiVersion: v1\nkind: Pod\nspec:\n  containers: app\n';
    const { code, stdout, stderr } = await proxyInjector(['redirect', '-f', '-'], { stdin });
    assert.deepEqual([code, stdout], [2, '']);
    assert.equal(stderr, 'error: <stdin>:4:3 spec.containers: expected a list, got a string\n');
  });
});
