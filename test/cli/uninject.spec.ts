import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proxyInjector } from './command-line.js';
import { deployment, SERVICE } from './sample-manifests.js';

describe('uninject', () => {
  it('restores the input of inject byte for byte', async () => {
    const stdin = `${deployment('web')}---\n${SERVICE}`;
    const injected = await proxyInjector(['inject', '-f', '-'], { stdin });
    const { code, stdout, stderr } = await proxyInjector(['uninject', '-f', '-'], { stdin: injected.stdout });
    assert.deepEqual([code, stdout], [0, stdin]);
    assert.equal(stderr, 'deployment/web  uninjected  The proxy was removed.\n');
  });

  it('restores the input of inject in node mode byte for byte', async () => {
    const stdin = `${deployment('web')}---\n${SERVICE}`;
    const env = { INJECTOR_REDIRECT_BY: 'node', INJECTOR_PROXY_MODE: 'native' };
    const injected = await proxyInjector(['inject', '-f', '-'], { stdin, env });
    assert.match(injected.stdout, /proxy-injection\/redirect: /);
    const { code, stdout } = await proxyInjector(['uninject', '-f', '-'], { stdin: injected.stdout });
    assert.deepEqual([code, stdout], [0, stdin]);
  });

  it('leaves an alias in a flow map expanded, with the same content', async () => {
    const pod = 'apiVersion: v1\nkind: Pod\nx: &cs [{name: app}]\nspec: {containers: *cs}\n';
    const injected = await proxyInjector(['inject', '-f', '-'], { stdin: pod });
    const { stdout } = await proxyInjector(['uninject', '-f', '-'], { stdin: injected.stdout });
    assert.equal(stdout, pod.replace('*cs', '[{name: app}]'));
  });

  it('leaves a workload unchanged that was not injected', async () => {
    const stdin = deployment('web');
    const { code, stdout, stderr } = await proxyInjector(['uninject', '-f', '-'], { stdin });
    assert.deepEqual([code, stdout], [0, stdin]);
    assert.equal(stderr, 'deployment/web  unchanged  No injected proxy found.\n');
  });

  it('reports a malformed workload, injected or not', async () => {
    const injected = await proxyInjector(['inject', '-f', '-'], { stdin: deployment('web') });
    const stdin = injected.stdout.replace('labels: {app: shop}', 'labels: {app: 1}');
    const { code, stdout, stderr } = await proxyInjector(['uninject', '-f', '-'], { stdin });
    assert.deepEqual([code, stdout], [2, stdin]);
    assert.match(
      stderr,
      /^deployment\/web {2}failed {2}<stdin>:\d+:\d+ spec\.template\.metadata\.labels\.app: expected a string/,
    );
  });

  it('passes through a workload that it cannot edit, and edits the others of a List', async () => {
    const { stdout: pod } = await proxyInjector(['inject', '-f', '-'], {
      stdin: 'apiVersion: v1\nkind: Pod\nmetadata: {annotations: {}}\nspec: {containers: [{name: app}]}\n',
    });
    const [line = '', annotations = ''] = /metadata: \{annotations: (\{.*\})\}/.exec(pod) ?? [];
    const merged = `x: &merged ${annotations}\n${pod.replace(line, 'metadata: {annotations: {<<: *merged}}')}`;
    const item = (text: string) => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`;
    const stdin = `apiVersion: v1\nkind: List\nitems:\n${item(merged)}${item(pod)}`;
    const { code, stdout, stderr } = await proxyInjector(['uninject', '-f', '-'], { stdin });
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^pod\/\(no name\) {2}failed {6}<stdin>:\d+:\d+ items\[0\]: expected a key in the map itself to remove, got one from a merge \(<<\)\npod\/\(no name\) {2}uninjected {2}/,
    );
    assert.ok(stdout.startsWith(`apiVersion: v1\nkind: List\nitems:\n${item(merged)}`));
    assert.equal(stdout.match(/proxy-sidecar/g)?.length, 1);
  });

  it('ignores the environment, even an invalid one', async () => {
    const env = { INJECTOR_PROXY_MODE: 'sidecar', INJECTOR_CONFIG: 'none.yaml' };
    assert.equal((await proxyInjector(['uninject', '-f', '-'], { stdin: deployment('web'), env })).code, 0);
  });
});
