import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '../../../test/chart/chart.js';
import { type Cluster, OPTED_IN } from '../../../test/cluster/cluster.js';
import { dryRun, isInjected } from '../../../test/cluster/dry-run.js';
import { RELEASE } from '../../../test/cluster/release.js';
import { until } from '../../../test/support/until.js';
import { BareWebhook } from './bare-webhook.js';
import { patchOf, policiesOf } from './injection.js';

/** A namespace in which Pods are injected in one way, or not at all. */
export interface Way {
  readonly name: string;
  readonly namespace: string;
  readonly isInjecting: boolean;
}

/** Prepares the ways, the first of which is without admission, and waits until each injects. */
export async function prepareWays(cluster: Cluster): Promise<readonly Way[]> {
  const config = await configurationFile(cluster);
  const [none, webhook, bare, policy] = await Promise.all([
    cluster.namespace('no-admission'),
    cluster.namespace('webhook', OPTED_IN),
    cluster.namespace('bare-webhook'),
    cluster.namespace('policy'),
  ]);
  await BareWebhook.start(cluster, bare, patchOf(config, webhook));
  await cluster.apply(await policiesOf(config, policy));
  const injecting = [
    { name: 'proxy-injector', namespace: webhook },
    { name: 'a bare server that returns the same patch', namespace: bare },
    { name: 'a MutatingAdmissionPolicy of the same configuration', namespace: policy },
  ];
  for (const { namespace } of injecting) await until(() => injects(cluster, namespace));
  return [
    { name: 'no admission', namespace: none, isInjecting: false },
    ...injecting.map((way) => ({ ...way, isInjecting: true })),
  ];
}

/** The release's configuration in a file. */
async function configurationFile(cluster: Cluster): Promise<string> {
  const { data } = await cluster.get('configmap', RELEASE, '--namespace', RELEASE);
  const file = join(mkdtempSync(join(tmpdir(), 'bench-')), 'config.yaml');
  writeFileSync(file, data['config.yaml']);
  return file;
}

async function injects(cluster: Cluster, namespace: string): Promise<boolean> {
  const { status, object } = await dryRun(cluster, namespace);
  return status === 201 && isInjected(object as KubernetesObject);
}
