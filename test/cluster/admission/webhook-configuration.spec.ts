import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OwnWebhooks } from '../../../src/cli/selection/own-webhooks.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import { sharedCluster } from '../shared-cluster.js';
import {
  type AuditEvent,
  auditEvent,
  creationsIn,
  webhooksFailedOpen,
  withoutAuditLog,
} from './audit-log.js';
import { dryRunPath, heldPod, heldTemplate } from './pods.js';

/** Webhooks with their selectors and conditions. Nothing answers: the audit log has the ones that are called. */
const WEBHOOKS: { readonly [name: string]: object } = {
  plain: {},
  team: { objectSelector: { matchLabels: { team: 'web' } } },
  'not-team': { objectSelector: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['web'] }] } },
  'no-job': {
    objectSelector: { matchExpressions: [{ key: 'batch.kubernetes.io/job-name', operator: 'DoesNotExist' }] },
  },
  'a-job': { objectSelector: { matchExpressions: [{ key: 'job-name', operator: 'Exists' }] } },
  hashed: { objectSelector: { matchExpressions: [{ key: 'pod-template-hash', operator: 'Exists' }] } },
  revision: {
    objectSelector: { matchExpressions: [{ key: 'controller-revision-hash', operator: 'Exists' }] },
  },
  index: {
    objectSelector: { matchExpressions: [{ key: 'apps.kubernetes.io/pod-index', operator: 'Exists' }] },
  },
  generation: {
    objectSelector: { matchExpressions: [{ key: 'pod-template-generation', operator: 'DoesNotExist' }] },
  },
  environment: { namespaceSelector: { matchLabels: { environment: 'production' } } },
  all: { rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }] },
  updates: { rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['pods'] }] },
  annotated: condition("has(object.metadata.annotations) && 'a' in object.metadata.annotations"),
  'not-annotated': condition("!has(object.metadata.annotations) || !('a' in object.metadata.annotations)"),
  optional: condition("object.metadata.?labels[?'team'].orValue('none') == 'none'"),
  'fails-to-read': condition("object.metadata.annotations['a'] == 'b'"),
  host: condition('has(object.spec.hostNetwork)'),
  one: condition("object.spec.containers.size() == 1 && object.spec.containers[0].name == 'app'"),
  named: condition("has(object.metadata.name) && object.metadata.name.startsWith('web')"),
  request: condition("request.operation == 'CREATE' && request.kind.kind == 'Pod' && oldObject == null"),
  namespaced: condition('request.namespace == object.metadata.namespace'),
  tolerant: condition('has(object.spec.tolerations)'),
  user: condition("request.userInfo.username.startsWith('system:serviceaccount:kube-system')"),
  authorized: condition("authorizer.group('').resource('pods').check('create').allowed()"),
};

/** Pods of users. */
const PODS: { readonly [name: string]: KubernetesObject } = {
  plain: heldPod('web'),
  labeled: heldPod('other', { labels: { team: 'web' } }),
  annotated: heldPod('web', { annotations: { a: 'b' }, labels: { team: 'shop', 'job-name': 'x' } }),
  host: heldPod('web', {}, { hostNetwork: true }),
  noHost: heldPod('web', { annotations: {}, labels: {} }, { hostNetwork: false, tolerations: [] }),
};

const template = heldTemplate({ labels: { app: 'web', team: 'web' } });
const selected = { selector: { matchLabels: { app: 'web' } }, template };
const job = heldTemplate({ labels: { team: 'web' } }, { restartPolicy: 'Never' });

/** Workloads, and the controller that creates their Pods. */
const WORKLOADS: readonly (readonly [KubernetesObject, string])[] = [
  [workload('apps/v1', 'Deployment', selected), 'replicaset-controller'],
  [workload('apps/v1', 'StatefulSet', { ...selected, serviceName: 'web' }), 'statefulset-controller'],
  [workload('apps/v1', 'DaemonSet', selected), 'daemon-set-controller'],
  [workload('batch/v1', 'Job', { template: job }), 'job-controller'],
];

/** The webhooks about which the answer is unknown: what only the API server knows decides about them. */
const UNKNOWN = ['authorized', 'tolerant', 'user'];
const UNKNOWN_OF_CONTROLLERS = [...UNKNOWN, 'named'].sort();

const cluster = sharedCluster();

describe('a webhook configuration', { skip: withoutAuditLog(cluster) }, () => {
  const metadata = { labels: { environment: 'test' } };
  let namespace: string;
  let own: OwnWebhooks;
  before(async () => {
    namespace = await cluster.namespace('selected', metadata);
    const configuration = configurationFor(namespace);
    own = await OwnWebhooks.open([{ name: '', object: configuration, position: () => '' }]);
    await cluster.apply([configuration]);
    await until(async () => (await calledFor(heldPod('called'))).includes('plain'));
  });
  after(async () => {
    await cluster.kubectl('delete', 'mutatingwebhookconfiguration', namespace);
    await cluster.deleteNamespaces(namespace);
  });

  for (const [name, pod] of Object.entries(PODS)) {
    it(`is called for the Pod ${name} as it is evaluated`, async () => {
      const unknown = agree(evaluate(pod, 'Pod'), await calledFor(pod));
      assert.deepEqual(unknown, UNKNOWN);
    });
  }

  describe('and the Pods of controllers', () => {
    before(() =>
      cluster.apply(
        WORKLOADS.map(([object]) => object),
        namespace,
      ),
    );

    for (const [{ kind, spec }, controller] of WORKLOADS) {
      it(`is called for the Pod of a ${kind} as it is evaluated`, async () => {
        const ofController = () =>
          creationsIn(cluster, namespace).find(({ userAgent }) => userAgent.endsWith(`/${controller}`));
        await until(ofController);
        const called = namesOf(webhooksFailedOpen(ofController() as AuditEvent));
        const unknown = agree(evaluate(spec.template, kind), called);
        assert.deepEqual(unknown, UNKNOWN_OF_CONTROLLERS);
      });
    }
  });

  async function calledFor(pod: KubernetesObject): Promise<string[]> {
    const { auditId, status, object } = await cluster.api.post(dryRunPath(namespace), pod);
    assert.equal(status, 201, object.message);
    return namesOf(webhooksFailedOpen(await auditEvent(cluster, auditId)));
  }

  function evaluate(object: unknown, kind: string): ReadonlyMap<string, boolean | undefined> {
    const selected = { object, workload: kind, request: { namespace } };
    const calls = own.callsFor(selected, metadata.labels) ?? [];
    return new Map(calls.map(({ webhook, isCalled }) => [nameOf(webhook), isCalled]));
  }
});

/** Compares what is known with what happened, and returns the webhooks about which nothing is known. */
function agree(evaluated: ReadonlyMap<string, boolean | undefined>, called: readonly string[]): string[] {
  const known = [...evaluated].filter(([, isCalled]) => isCalled !== undefined);
  for (const [name, isCalled] of known) assert.equal(called.includes(name), isCalled, name);
  assert.equal(evaluated.size, Object.keys(WEBHOOKS).length);
  return [...evaluated.keys()].filter((name) => evaluated.get(name) === undefined).sort();
}

function configurationFor(namespace: string): KubernetesObject {
  const inNamespace = { key: 'kubernetes.io/metadata.name', operator: 'In', values: [namespace] };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: namespace },
    webhooks: Object.entries(WEBHOOKS).map(([name, fields]) => {
      const webhook = {
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        namespaceSelector: {},
        ...fields,
      };
      const { matchExpressions = [], ...selector } = webhook.namespaceSelector as {
        matchExpressions?: object[];
      };
      return {
        ...webhook,
        name: name === 'plain' ? 'pods.injector.nowhere.svc' : `${name}.injector.nowhere.svc`,
        clientConfig: { service: { name: 'injector', namespace: 'nowhere', path: '/mutate' } },
        namespaceSelector: { ...selector, matchExpressions: [...matchExpressions, inNamespace] },
        failurePolicy: 'Ignore',
        timeoutSeconds: 1,
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      };
    }),
  };
}

function condition(expression: string): object {
  return { matchConditions: [{ name: 'condition', expression }] };
}

function workload(apiVersion: string, kind: string, spec: object): KubernetesObject {
  return { apiVersion, kind, metadata: { name: kind.toLowerCase() }, spec };
}

function namesOf(webhooks: readonly string[]): string[] {
  return webhooks.map(nameOf);
}

function nameOf(webhook: string): string {
  return webhook === 'pods.injector.nowhere.svc' ? 'plain' : webhook.replace('.injector.nowhere.svc', '');
}
