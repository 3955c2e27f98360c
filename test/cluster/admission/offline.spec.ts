import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { KubernetesObject } from '../../chart/chart.js';
import { proxyInjector, temporaryFolder } from '../../cli/command-line.js';
import { until } from '../../support/until.js';
import { OPTED_IN } from '../cluster.js';
import { RELEASE } from '../release.js';
import { sharedCluster } from '../shared-cluster.js';
import { auditEvent, webhooksCalled } from './audit-log.js';
import { comparable } from './comparable-pod.js';
import { heldPod, heldTemplate, INJECTED, injectedInto, podsPath } from './pods.js';

describe('objects injected offline with the configuration of the release', () => {
  const cluster = sharedCluster();
  const folder = temporaryFolder();
  const config = join(folder, 'config.yaml');
  let namespace: string;

  before(async () => {
    namespace = await cluster.namespace('offline', OPTED_IN);
    const { data } = await cluster.get('configmap', RELEASE, '--namespace', RELEASE);
    writeFileSync(config, data['config.yaml']);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await cluster.deleteNamespaces(namespace);
  });

  for (const mode of ['native', 'container']) {
    it(`a Pod is stored as if the webhook had injected it, without calling the webhook (${mode})`, async () => {
      const annotations = { 'proxy-injection/mode': mode };
      const pod = heldPod('', { name: undefined, generateName: 'web-', annotations });
      const injected = await injectedOffline(pod);
      assert.notDeepEqual(injected, pod);
      const before = await cluster.api.post(podsPath(namespace), injected);
      const after = await cluster.api.post(podsPath(namespace), pod);
      assert.deepEqual(injectedInto(before.object).sort(), INJECTED);
      assert.deepEqual(comparable(before.object), comparable(after.object));
      if (cluster.local === undefined) return;
      assert.deepEqual(webhooksCalled(await auditEvent(cluster, before.auditId)), []);
      assert.equal(webhooksCalled(await auditEvent(cluster, after.auditId)).length, 1);
    });
  }

  it('the Pods of a Deployment are injected once', async () => {
    const labels = { app: 'offline' };
    const spec = { selector: { matchLabels: labels }, template: heldTemplate({ labels }) };
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'offline' }, spec };
    const injected = await injectedOffline(deployment);
    assert.deepEqual(injectedInto(injected.spec.template), INJECTED);
    await cluster.apply([injected], namespace);
    let pods: KubernetesObject[] = [];
    await until(async () => {
      pods = await cluster.pods(namespace, 'app=offline');
      return pods.length > 0;
    });
    assert.deepEqual(pods.map(injectedInto), [INJECTED]);
  });

  /** The output of `proxy-injector inject` for a manifest. */
  async function injectedOffline(manifest: KubernetesObject): Promise<KubernetesObject> {
    const command = ['inject', '--config', config, '--namespace', namespace, '-'];
    const { code, stdout, stderr } = await proxyInjector(command, { stdin: JSON.stringify(manifest) });
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  }
});
