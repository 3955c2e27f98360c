import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import { OPTED_IN } from '../cluster.js';
import { WEBHOOKS } from '../release.js';
import { sharedCluster } from '../shared-cluster.js';
import { auditEvent, withoutAuditLog } from './audit-log.js';
import { dryRunPath, heldPod, heldTemplate, INJECTED, injectedInto, podsPath } from './pods.js';

const DENIED = `admission webhook "${WEBHOOKS.namespaces}" denied the request: `;
const PORT_CONFLICT = `A container uses one of the proxy's ports. Container "app": port 5054/TCP.`;
const TAKES_PORT = {
  containers: [{ name: 'app', image: 'app:1', ports: [{ containerPort: 5054 }] }],
};

describe('the messages that a user sees', () => {
  const cluster = sharedCluster();
  let namespace: string;

  before(async () => {
    namespace = await cluster.namespace('messages', OPTED_IN);
  });
  after(() => cluster.deleteNamespaces(namespace));

  const create = (pod: KubernetesObject) =>
    cluster.tryKubectl(['create', '--namespace', namespace, '--filename', '-'], JSON.stringify(pod));

  const denials: readonly [name: string, pod: KubernetesObject, message: string][] = [
    [
      'all invalid overrides',
      heldPod('denied', {
        annotations: {
          'proxy-injection/mode': 'sidecar',
          'proxy-injection/image': 'other:1',
          'proxy-injection/skip-inbound-ports': '8100-8000',
          'proxy-injection/cpu-limit': 'lots',
        },
      }),
      'The Pod or its namespace has invalid proxy-injection annotations or labels. ' +
        'pod annotation proxy-injection/image: expected no value (the operator does not allow this override), got "other:1"; ' +
        'pod annotation proxy-injection/mode: expected container or native, got "sidecar"; ' +
        'pod annotation proxy-injection/cpu-limit: expected a Kubernetes quantity, such as 100m or 64Mi, got "lots"; ' +
        'pod annotation proxy-injection/skip-inbound-ports: expected at most 300 ports (1 to 65535) or ascending ranges, such as 80,443,8000-8100, got "8100-8000"',
    ],
    ['a port of the proxy', heldPod('denied', {}, TAKES_PORT), PORT_CONFLICT],
    [
      'the user of the proxy',
      heldPod('denied', {}, { securityContext: { runAsUser: 5054 } }),
      `A container has the proxy's user or group. Container "app": runAsUser 5054.`,
    ],
  ];
  for (const [name, pod, message] of denials) {
    it(`kubectl fails with the reason: ${name}`, async () => {
      const { status, stdout, stderr } = await create(pod);
      assert.equal(
        stderr,
        `Error from server (Forbidden): error when creating "STDIN": ${DENIED}${message}\n`,
      );
      assert.equal(stdout, '');
      assert.equal(status, 1);
    });
  }

  const warnings: readonly [name: string, pod: KubernetesObject, warning: string, injected: string[]][] = [
    [
      'a Pod that opted out with an annotation',
      heldPod('opted-out', { annotations: { 'proxy-injection': 'disabled' } }),
      'Automatic pod injection is disabled.',
      [],
    ],
    [
      "a Pod in the node's network",
      heldPod('on-the-node', {}, { hostNetwork: true }),
      'The Pod uses the host network; a redirect would affect the whole node.',
      [],
    ],
    [
      'a Pod with its own sidecar',
      heldPod('own', {}, { containers: [{ name: 'cortexflow-proxy', image: 'app:1' }] }),
      'The pod is not eligible for proxy injection. Sidecar proxy already present.',
      [],
    ],
    [
      'a misspelled annotation',
      heldPod('misspelled', { annotations: { 'proxy-injection/cpu-requst': '10m' } }),
      'unknown annotation proxy-injection/cpu-requst',
      INJECTED,
    ],
  ];
  for (const [name, pod, warning, injected] of warnings) {
    it(`kubectl succeeds with a warning: ${name}`, async () => {
      const { status, stdout, stderr } = await create(pod);
      assert.equal(stderr, `Warning: proxy-injection: ${warning}\n`);
      assert.equal(stdout, `pod/${pod.metadata.name} created\n`);
      assert.equal(status, 0);
      const { object } = await cluster.api.get(`${podsPath(namespace)}/${pod.metadata.name}`);
      assert.deepEqual(injectedInto(object), injected);
    });
  }

  it('a Deployment whose Pods are denied has the reason in an event and in its status', async () => {
    const labels = { app: 'denied' };
    await cluster.apply(
      [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'denied' },
          spec: { selector: { matchLabels: labels }, template: heldTemplate({ labels }, TAKES_PORT) },
        },
      ],
      namespace,
    );
    await cluster.wait('condition=ReplicaFailure', 'deployment/denied', namespace);
    const { status } = await cluster.get('deployment', 'denied', '--namespace', namespace);
    const failure = status.conditions.find(({ type }: { type: string }) => type === 'ReplicaFailure');
    assert.equal(failure.reason, 'FailedCreate');
    assert.equal(failure.message, `${DENIED}${PORT_CONFLICT}`);

    const select = ['--namespace', namespace, '--field-selector', 'reason=FailedCreate'];
    let events: KubernetesObject[] = [];
    await until(async () => {
      events = (await cluster.get('events', ...select)).items;
      return events.length > 0;
    });
    const [event] = events;
    assert.equal(event.involvedObject.kind, 'ReplicaSet');
    assert.equal(event.type, 'Warning');
    assert.equal(event.message, `Error creating: ${DENIED}${PORT_CONFLICT}`);
    assert.deepEqual(await cluster.pods(namespace, 'app=denied'), []);
  });

  it('the audit log has the outcome and the reason', { skip: withoutAuditLog(cluster) }, async () => {
    const decisions: readonly [metadata: object, outcome: string, reason: string][] = [
      [{}, 'injected', 'injected'],
      [{ annotations: { 'proxy-injection': 'disabled' } }, 'skipped', 'pod-disabled'],
      [{ annotations: { 'proxy-injection/mode': 'sidecar' } }, 'denied', 'invalid-override'],
    ];
    for (const [metadata, outcome, reason] of decisions) {
      const { auditId } = await cluster.api.post(dryRunPath(namespace), heldPod('audited', metadata));
      const { annotations } = await auditEvent(cluster, auditId);
      assert.equal(annotations[`${WEBHOOKS.namespaces}/outcome`], outcome);
      assert.equal(annotations[`${WEBHOOKS.namespaces}/reason`], reason);
    }
  });
});
