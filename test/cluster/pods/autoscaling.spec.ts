import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { MetricsApi } from './metrics-api.js';
import { deployment, MODES, Peers, peer } from './peers.js';

const cluster = sharedCluster();

/** An app that requests 50m, so that it and the proxy of the chart's defaults request 100m and use 20m. */
const REQUEST = { resources: { requests: { cpu: '50m' } } };

describe('a HorizontalPodAutoscaler for CPU', {
  skip: skipUnlessLocal(cluster, 'it adds a metrics API'),
}, () => {
  let peers: Peers;
  let metrics: MetricsApi;

  before(async () => {
    peers = await Peers.in(cluster, 'autoscaling');
    await peers.apply(
      ...MODES.map((mode) => deployment(peer(mode, { mode }, REQUEST))),
      deployment(peer('without', {}, {})),
    );
    const all = [...MODES, 'without'];
    await peers.wait('condition=Available', ...all.map((name) => `deployment/${name}`));
    metrics = await MetricsApi.start(cluster, await cluster.pods(peers.namespace));
    await peers.apply(...all.map(autoscaler));
  });
  after(async () => {
    await metrics?.stop();
    await peers?.remove();
  });

  for (const mode of MODES) {
    it(`computes the utilization of Pods with the chart's defaults (${mode})`, async () => {
      const { status } = await scalingActive(mode);
      assert.equal(status.currentMetrics[0].resource.current.averageUtilization, 20);
    });
  }

  it('would stop for a container without a request, such as this app', async () => {
    const { message } = (await condition('without', 'False')) as { message: string };
    assert.match(message, /missing request for cpu in container app of Pod/);
  });

  const scalingActive = async (name: string): Promise<KubernetesObject> => {
    await condition(name, 'True');
    return cluster.get('hpa', name, '--namespace', peers.namespace);
  };

  /** Waits until the condition `ScalingActive` of an autoscaler has a status; resolves with the condition. */
  const condition = async (name: string, status: string): Promise<KubernetesObject> => {
    let conditions: KubernetesObject[] = [];
    const active = () => conditions.find((one) => one.type === 'ScalingActive');
    await until(async () => {
      conditions = (await cluster.get('hpa', name, '--namespace', peers.namespace)).status.conditions ?? [];
      return active()?.status === status;
    }).catch(() => assert.fail(`ScalingActive: expected ${status}, got ${JSON.stringify(conditions)}`));
    return active();
  };
});

function autoscaler(name: string): KubernetesObject {
  const target = { type: 'Utilization', averageUtilization: 50 };
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: 1,
      maxReplicas: 2,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
    },
  };
}
