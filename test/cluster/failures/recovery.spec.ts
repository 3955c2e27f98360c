import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { until } from '../../support/until.js';
import { OPTED_IN } from '../cluster.js';
import { dryRun, outcome } from '../dry-run.js';
import { RELEASE, Release } from '../release.js';
import { Replicas } from '../replicas.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { failedCallMessage, failedCalls } from './failed-calls.js';

const cluster = sharedCluster();
const replicas = new Replicas(cluster);

describe('what an operator does when Pods are refused', { skip: skipUnlessLocal(cluster) }, () => {
  const release = new Release(cluster.kubeconfig);
  let namespace: string;

  before(async () => {
    namespace = await cluster.namespace('recovery', OPTED_IN);
  });
  after(async () => {
    await release.apply(VALUES);
    await cluster.deleteNamespaces(namespace);
  });

  const becomes = (expected: string) =>
    until(async () => outcome(await dryRun(cluster, namespace)) === expected);

  it('lets them in by deleting the webhook configuration, which an upgrade brings back', async () => {
    await cluster.kubectl('delete', 'mutatingwebhookconfiguration', RELEASE);
    await becomes('without a proxy');
    await release.apply(VALUES);
    await becomes('injected');
  });

  it('installs it again where its namespace is gone and the webhook configuration is not', async () => {
    await replicas.takeDown(VALUES);
    await cluster.kubectl('delete', 'namespace', RELEASE, '--wait', '--timeout=120s');
    const before = await failedCalls(cluster, 'rejection_count');
    const answer = await dryRun(cluster, namespace);
    assert.match(outcome(answer), failedCallMessage(new RegExp(`service "${RELEASE}" not found`)));
    assert.equal(await failedCalls(cluster, 'rejection_count'), before + 1);
    await release.apply(VALUES);
    await becomes('injected');
  });
});
