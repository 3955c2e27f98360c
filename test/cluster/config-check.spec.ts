import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { HELMS, type Helm } from '../chart/chart.js';
import { Release } from './release.js';
import { sharedCluster } from './shared-cluster.js';
import { VALUES } from './values.js';

/** The proxy's own port, which the chart's schema accepts and the service rejects. */
const REJECTED = { ...VALUES, config: { ...VALUES.config, redirect: { skipInboundPorts: '5054' } } };
const VIOLATION = /redirect\.skipInboundPorts: expected ports other than the proxy's own/;

const cluster = sharedCluster();

describe('a configuration that the service rejects', { concurrency: 1 }, () => {
  for (const version of HELMS) testsWith(version);
});

function testsWith(version: Helm): void {
  const name = `checked-by-${version}`;
  const release = new Release(cluster.kubeconfig, name, version);
  const objects = () => cluster.kubectl('get', 'all,configmaps', '--namespace', name, '--output=name');
  after(async () => {
    await release.helm('uninstall', name, '--ignore-not-found');
    await cluster.deleteNamespaces(name);
  });

  it(`makes an installation fail (${version})`, async () => {
    await assert.rejects(release.apply(REJECTED), VIOLATION);
    assert.doesNotMatch(await objects(), /deployment/);
  });

  it(`makes an upgrade fail, which changes nothing (${version})`, async () => {
    await release.helm('uninstall', name);
    await release.apply({ ...VALUES, replicas: 1 });
    const before = await cluster.get('configmaps,deployments', '--namespace', name);
    await assert.rejects(release.apply({ ...REJECTED, replicas: 2 }), VIOLATION);
    const changed = await cluster.get('configmaps,deployments', '--namespace', name);
    const specs = ({ items }: typeof before) =>
      items
        .filter(({ metadata }: typeof before) => !metadata.name.includes('config-check'))
        .map(({ data, spec }: typeof before) => ({ data, spec }));
    assert.deepEqual(specs(changed), specs(before));
  });

  it(`leaves nothing after a valid one (${version})`, async () => {
    await release.apply({ ...VALUES, replicas: 1 });
    assert.doesNotMatch(await objects(), /config-check/);
  });
}
