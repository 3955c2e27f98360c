import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RELEASE, Release } from './release.js';
import { sharedCluster } from './shared.js';

describe('the chart as shipped', () => {
  const cluster = sharedCluster();
  const release = new Release(cluster.kubeconfig);

  it('has certificates that cert-manager issued', async () => {
    const { items } = await cluster.get('certificates', '--namespace', RELEASE);
    const ready = items.map(
      ({
        metadata,
        status,
      }: {
        metadata: { name: string };
        status: { conditions: { type: string; status: string }[] };
      }) => [metadata.name, status.conditions.find(({ type }) => type === 'Ready')?.status],
    );
    assert.deepEqual(ready, [
      ['proxy-injector', 'True'],
      ['proxy-injector-ca', 'True'],
    ]);
  });

  it('passes its test', async () => {
    const { status, stdout, stderr } = await release.test();
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /comes back with init-iptables and proxy-sidecar/);
  });
});
