import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proxyInjector } from './command-line.js';
import { deployment, SERVICE } from './sample-manifests.js';

describe('uninject', () => {
  it('gives back to the byte what inject was given', async () => {
    const stdin = `${deployment('web')}---\n${SERVICE}`;
    const injected = await proxyInjector(['inject', '-f', '-'], { stdin });
    const { code, stdout, stderr } = await proxyInjector(['uninject', '-f', '-'], { stdin: injected.stdout });
    assert.deepEqual([code, stdout], [0, stdin]);
    assert.equal(stderr, 'deployment/web  uninjected  The proxy was taken out.\n');
  });

  it('leaves an alias in a flow map written out, which says the same', async () => {
    const cs = 'apiVersion: v1\nkind: Pod\nx: &cs [{name: app}]\nspec: {containers: *cs}\n';
    const injected = await proxyInjector(['inject', '-f', '-'], { stdin: cs });
    const { stdout } = await proxyInjector(['uninject', '-f', '-'], { stdin: injected.stdout });
    assert.equal(stdout, cs.replace('*cs', '[{name: app}]'));
  });

  it('leaves alone what was not injected', async () => {
    const stdin = deployment('web');
    const { code, stdout, stderr } = await proxyInjector(['uninject', '-f', '-'], { stdin });
    assert.deepEqual([code, stdout], [0, stdin]);
    assert.equal(stderr, 'deployment/web  unchanged  There is no proxy in it that the injector put there.\n');
  });

  it('says what is wrong with a workload that it cannot read, whether there is a proxy in it or not', async () => {
    const injected = await proxyInjector(['inject', '-f', '-'], { stdin: deployment('web') });
    const stdin = injected.stdout.replace('labels: {app: shop}', 'labels: {app: 1}');
    const { code, stdout, stderr } = await proxyInjector(['uninject', '-f', '-'], { stdin });
    assert.deepEqual([code, stdout], [2, stdin]);
    assert.match(
      stderr,
      /^deployment\/web {2}failed {2}<stdin>:\d+:\d+ spec\.template\.metadata\.labels\.app: expected a string/,
    );
  });

  it('needs no configuration, and is not in the way of a wrong one', async () => {
    const env = { INJECTOR_PROXY_MODE: 'sidecar' };
    assert.equal((await proxyInjector(['uninject', '-f', '-'], { stdin: deployment('web'), env })).code, 0);
  });
});
