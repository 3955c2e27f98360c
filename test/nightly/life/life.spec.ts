import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../../../tools/checkout.js';
import { OPTED_IN } from '../../cluster/cluster.js';
import { at, peer } from '../../cluster/pods/peers.js';
import { Release } from '../../cluster/release.js';
import { configHashIn, Replicas } from '../../cluster/replicas.js';
import { sharedCluster, skipUnlessLocal } from '../../cluster/shared-cluster.js';
import { VALUES } from '../../cluster/values.js';
import { has, ROWS, type Row } from './factors.js';
import { Life } from './life.js';
import { CONFIGURATIONS } from './proxies.js';
import { lifeTable, PAGE, type Stage, valuesOf, withTable } from './table.js';
import { PORTS, workloadOf } from './workloads.js';

/** Where the page goes with the table of this run. */
const WRITTEN = '.build/pod-life.md';

/** How many Pods live at the same time: more would make each slower and none of them earlier. */
const AT_A_TIME = 10;

const cluster = sharedCluster();

describe('the life of an injected Pod', {
  skip: skipUnlessLocal(cluster, 'it kills proxies on the node'),
}, () => {
  const release = new Release(cluster.kubeconfig);
  const replicas = new Replicas(cluster);
  const results = new Map<Row, Set<Stage>>(ROWS.map((row) => [row, new Set()]));
  let namespace: string;
  /** The address of an app outside the rows. */
  let server: string;

  /** Upgrades the release, and waits until all replicas use these values. */
  const use = async (values: object) => {
    const [hash] = (await replicas.metrics()).map(configHashIn);
    await release.apply(values, '--force-conflicts');
    await replicas.nudge();
    await replicas.untilMetrics((metrics) => configHashIn(metrics) !== hash);
  };

  before(async () => {
    await replicas.settled();
    namespace = await cluster.namespace('life', OPTED_IN);
    const { metadata, ...pod } = peer('server');
    const labels = { 'proxy-injection': 'disabled' };
    await cluster.apply([{ ...pod, metadata: { ...metadata, labels } }], namespace);
    await cluster.wait('condition=Ready', 'pod/server', namespace);
    const { status } = await cluster.get('pod', 'server', '--namespace', namespace);
    server = at(status.podIP, PORTS.http);
  });
  after(async () => {
    await cluster.deleteNamespaces(namespace);
    await use(VALUES);
  });

  for (const { rows, values } of CONFIGURATIONS) {
    describe(`with ${Object.values(rows).join(', ')}`, { concurrency: AT_A_TIME }, () => {
      before(async () => {
        if (values !== VALUES) await use(values);
      });

      for (const row of ROWS.filter((one) => has(one, rows))) {
        const name = `row-${ROWS.indexOf(row) + 1}`;
        it(`has all stages (${name}: ${valuesOf(row).join(', ')})`, async () => {
          const life = new Life(cluster, namespace, row, workloadOf(row, name, server));
          const stages: { readonly [stage in Stage]: () => Promise<void> } = {
            'becomes ready': () => life.becomesReady(),
            'serves through the proxy': () => life.servesThroughProxy(),
            'survives a kill of the proxy': () => life.survivesKillOfProxy(),
            'stops in time': () => life.stopsInTime(),
            'never restarts the app': () => life.neverRestartsApp(),
          };
          try {
            for (const [stage, reach] of Object.entries(stages)) {
              await reach();
              results.get(row)?.add(stage as Stage);
            }
          } finally {
            await life.end();
          }
        });
      }
    });
  }

  it(`is the table in ${PAGE} (after a run, cp ${WRITTEN} ${PAGE} updates it)`, () => {
    const page = readFileSync(join(ROOT, PAGE), 'utf8');
    const written = withTable(page, lifeTable(results));
    writeFileSync(join(ROOT, WRITTEN), written);
    assert.equal(page, written);
  });
});
