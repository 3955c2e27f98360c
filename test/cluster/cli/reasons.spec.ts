import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { REASONS, type Reason } from '../../../src/core/decision/reasons.js';
import { reasonLink } from '../../../src/core/values/documentation.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { proxyInjector } from '../../cli/command-line.js';
import { until } from '../../support/until.js';
import { heldTemplate } from '../admission/pods.js';
import { OPTED_IN } from '../cluster.js';
import { sharedCluster } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { CASES, EVERY_RULE, OTHERS, type ReasonCase, USERS } from './reason-cases.js';
import { upgrade } from './upgrade.js';

const NAME = 'web';

describe('every reason', () => {
  const cluster = sharedCluster();
  const namespaces: string[] = [];

  before(() => upgrade(cluster, EVERY_RULE));
  after(async () => {
    await cluster.deleteNamespaces(...namespaces);
    await upgrade(cluster, VALUES);
  });

  it('is a case, or has a reason not to be', () => {
    const listed = [...Object.keys(CASES), ...Object.keys(OTHERS)];
    assert.deepEqual(listed.sort(), Object.keys(REASONS).sort());
  });

  for (const [reason, given] of Object.entries(CASES) as [Reason, ReasonCase][]) {
    it(`is shown everywhere: ${reason}`, async () => {
      const namespace = await deploy(reason, given);
      const event = await eventIn(namespace);
      assert.equal(event.reason.toLowerCase(), reason.replaceAll('-', ''));
      assert.ok(event.note.endsWith(` ${reasonLink(reason)}`), event.note);

      const [explanation] = await shown('explain', namespace);
      const { outcome, link, events } = explanation;
      assert.deepEqual(
        { outcome, reason: explanation.reason, link },
        { outcome: given.pod === 'denied' ? 'denied' : 'skipped', reason, link: reasonLink(reason) },
      );
      assert.ok(events.some((each: KubernetesObject) => each.reason === event.reason));
      if (given.pod === 'stored') await seeStored(namespace, reason);
    });
  }

  async function seeStored(namespace: string, reason: Reason): Promise<void> {
    const [pod] = await cluster.pods(namespace);
    assert.equal(pod?.metadata.annotations['proxy-injection/reason'], reason);
    const { workloads, reasons } = await shown('status', namespace);
    assert.deepEqual(workloads[0].skipped, { [reason]: 1 });
    assert.deepEqual(reasons, { [reason]: reasonLink(reason) });
    const name = `pod/${pod?.metadata.name}`;
    const [{ recorded }] = await shown('explain', namespace, name);
    assert.deepEqual(recorded, { status: 'skipped', reason, link: reasonLink(reason) });
  }

  /** Creates a Deployment of one Pod in a namespace of its own, and returns the latter. */
  async function deploy(reason: Reason, { metadata, spec, namespace: annotations }: ReasonCase) {
    const namespace = await cluster.namespace(reason, {
      ...OPTED_IN,
      annotations: { ...USERS, ...annotations },
    });
    namespaces.push(namespace);
    const labels = { app: NAME };
    const template = heldTemplate({ ...metadata, labels }, spec);
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: NAME },
      spec: { selector: { matchLabels: labels }, template },
    };
    await cluster.apply([deployment], namespace);
    return namespace;
  }

  /** The Event that the injector wrote about the ReplicaSet. */
  async function eventIn(namespace: string): Promise<KubernetesObject> {
    let found: KubernetesObject[] = [];
    await until(async () => {
      const { items } = await cluster.get('events.events.k8s.io', '--namespace', namespace);
      found = items.filter(
        ({ regarding, reportingController }: KubernetesObject) =>
          regarding.kind === 'ReplicaSet' && reportingController === 'proxy-injector',
      );
      return found.length > 0;
    });
    return found[0] as KubernetesObject;
  }

  async function shown(command: string, namespace: string, object = `deployment/${NAME}`) {
    const env = { KUBECONFIG: cluster.kubeconfig };
    const args = [command, '-n', namespace, object, '-o', 'json'];
    const { code, stdout, stderr } = await proxyInjector(args, { env });
    assert.deepEqual([code, stderr], [0, '']);
    return JSON.parse(stdout);
  }
});
