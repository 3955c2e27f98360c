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

describe('how an operator recovers when creations are rejected', { skip: skipUnlessLocal(cluster) }, () => {
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

  it('deletes the webhook configuration to admit Pods, and an upgrade restores it', async () => {
    await cluster.kubectl('delete', 'mutatingwebhookconfiguration', RELEASE);
    await becomes('without a proxy');
    await release.apply(VALUES);
    await becomes('injected');
  });

  it('reinstalls the release if its namespace was deleted but not the webhook configuration', async () => {
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
