import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podList } from '../../tools/bench/pod-list.js';
import { proxyInjector } from './command-line.js';

const COUNT = 2000;
const stdin = podList(COUNT);
/** Far less than the text as objects, its explanations, or a syntax tree of it take, next to the text itself. */
const env = { NODE_OPTIONS: '--max-old-space-size=64' };

describe('2,000 Pods in JSON', () => {
  it('are explained one by one, in bounded memory and without the YAML parser', async (test) => {
    const started = performance.now();
    const { code, stdout, stderr } = await proxyInjector(['explain', '-f', '-'], { stdin, env });
    const seconds = (performance.now() - started) / 1000;
    test.diagnostic(`${(stdin.length / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s`);
    assert.deepEqual([code, stderr], [0, '']);
    const heads = /^pod\/web-6d4cf56db6-\d+ in namespace team-\d+ has no record.*\n.*: injected\./gm;
    assert.equal(stdout.match(heads)?.length, COUNT);
    const lines = stdin.split('\n');
    const [, line = '0', column = '0'] =
      /web-6d4cf56db6-1999 (?:.*\n)*?.*spec\.containers\[0\]\.name is .*\(<stdin>:(\d+):(\d+)\)/.exec(
        stdout,
      ) ?? [];
    assert.match(lines[Number(line) - 1]?.slice(Number(column) - 1) ?? '', /^"name": "/);
    assert.ok(Number(line) > lines.length - 200);
  });

  it('are explained as one list with -o json', async () => {
    const { stdout } = await proxyInjector(['explain', '-o', 'json', '-f', '-'], { stdin, env });
    const explanations = JSON.parse(stdout);
    assert.equal(explanations.length, COUNT);
    assert.equal(stdout, `${JSON.stringify(explanations, null, 2)}\n`);
  });

  it('are injected and uninjected', async () => {
    const injected = await proxyInjector(['inject', '-f', '-'], { stdin });
    assert.equal(injected.code, 0);
    assert.equal(JSON.parse(injected.stdout).items.length, COUNT);
    assert.equal(injected.stdout.match(/"name": "proxy-sidecar"/g)?.length, COUNT);
    const { stdout } = await proxyInjector(['uninject', '-f', '-'], { stdin: injected.stdout });
    assert.equal(stdout === stdin, true);
  });
});
