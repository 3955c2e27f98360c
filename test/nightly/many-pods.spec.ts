import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { proxyInjector } from '../cli/command-line.js';
import { OPTED_IN } from '../cluster/cluster.js';
import { PEER_IMAGE } from '../cluster/local-cluster/images.js';
import { sharedCluster, skipUnlessLocal } from '../cluster/shared-cluster.js';

const PODS = 5000;
const PARALLEL = 20;
const MAX_KIB = 200 * 1024;

const cluster = sharedCluster();

describe(`${PODS} Pods`, { skip: skipUnlessLocal(cluster, 'it creates many Pods') }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'many-pods-'));
  let namespace: string;

  before(async () => {
    namespace = await cluster.namespace('many', OPTED_IN);
    let next = 0;
    const create = async () => {
      while (next < PODS) {
        const { status, object } = await cluster.api.post(
          `/api/v1/namespaces/${namespace}/pods`,
          pod(next++),
        );
        assert.equal(status, 201, object.message);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, create));
  });
  after(async () => {
    await cluster.deleteNamespaces(namespace);
    rmSync(folder, { recursive: true });
  });

  it('are counted by status within 200 MB', async (t) => {
    const usage = join(folder, 'usage.cjs');
    writeFileSync(usage, 'process.on("exit", () => console.error(process.resourceUsage().maxRSS))');
    const env = { KUBECONFIG: cluster.kubeconfig, NODE_OPTIONS: `--require ${usage}` };
    const start = performance.now();
    const { code, stdout, stderr } = await proxyInjector(['status', '-n', namespace, '-o', 'json'], { env });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    assert.equal(code, 0, stderr);
    t.diagnostic(`${seconds} s, ${Math.round(Number(stderr) / 1024)} MiB`);
    const { workloads } = JSON.parse(stdout);
    assert.equal(workloads.length, PODS);
    for (const { injected, stale, proxy } of workloads) {
      assert.deepEqual([injected, stale.pods, proxy.problems], [1, 0, {}]);
    }
    assert.ok(Number(stderr) < MAX_KIB, `${stderr} KiB`);
  });
});

/** A Pod that no scheduler assigns to a node. */
function pod(index: number) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${index}`, labels: { app: `app-${index % 50}` } },
    spec: { schedulerName: 'none', containers: [{ name: 'app', image: PEER_IMAGE }] },
  };
}
