import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../../chart/chart.js';
import { makePair } from '../../http/tls/pairs.js';
import { until } from '../../support/until.js';
import { withoutAuditLog } from '../admission/audit-log.js';
import { heldPod, heldTemplate } from '../admission/pods.js';
import { OTHERS } from '../cli/reason-cases.js';
import { isInjected } from '../dry-run.js';
import { Release } from '../release.js';
import { sharedCluster } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { GuardedNamespaces } from './guarded-namespaces.js';
import { CLAIM, injectedPod, SKIPPED, UNCHANGED } from './pods.js';
import { ACTIONS, expected, IN_NAME_ONLY, NEVER_ASKED, NOTHING, type Verdict, verdictOn } from './verdict.js';
import { patchWebhooks, RECOMMENDED, WEBHOOKS } from './webhooks.js';

const cluster = sharedCluster();
const release = new Release(cluster.kubeconfig);

describe('the guard, while the injector is not asked', { skip: withoutAuditLog(cluster) }, () => {
  /** A Pod that the injector injected. */
  let injected: KubernetesObject;
  const namespaces = new GuardedNamespaces(cluster);
  before(async () => {
    await release.apply(RECOMMENDED);
    await namespaces.create();
    injected = await injectedPod(cluster, namespaces.of('deny'));
  });
  after(async () => {
    // Fields that kubectl changed stay its own, so that another value from Helm would be a conflict.
    await cluster.kubectl('delete', '--ignore-not-found', ...WEBHOOKS);
    await release.apply(VALUES);
    await namespaces.delete();
  });

  describe('with selectors that do not select what they should', () => {
    before(() => patchWebhooks(cluster, 'add', '/namespaceSelector/matchLabels', { nobody: 'has-this' }));
    after(async () => {
      await patchWebhooks(cluster, 'remove', '/namespaceSelector/matchLabels');
      await until(async () => isDeepStrictEqual(await verdictOn(cluster, namespaces.of('deny')), NOTHING));
    });
    it('acts as each namespace wants', actsEverywhere);
  });

  describe('with a caBundle without the CA of the certificate', () => {
    before(async () => {
      const { cert } = await makePair({ commonName: 'another CA', ca: true });
      // Without the annotation, cert-manager does not repair it.
      await cluster.kubectl('annotate', ...WEBHOOKS, 'cert-manager.io/inject-ca-from-');
      await patchWebhooks(cluster, 'add', '/clientConfig/caBundle', Buffer.from(cert).toString('base64'));
    });
    it('acts as each namespace wants', actsEverywhere);
  });

  describe('without a webhook configuration', () => {
    before(() => cluster.kubectl('delete', ...WEBHOOKS));
    it('acts as each namespace wants', actsEverywhere);

    for (const [reason, given] of UNCHANGED) {
      for (const action of ACTIONS) {
        it(`${action}: a Pod that would be admitted unchanged: ${reason}`, async () => {
          assert.deepEqual(
            await verdictOn(cluster, namespaces.of(action, reason), given),
            expected(action, NEVER_ASKED),
          );
        });
      }
    }

    it('leaves every other Pod alone that would be admitted unchanged', async () => {
      const { 'malformed-pod': _, injected: __, ...others } = OTHERS;
      const labeled = { labels: { 'proxy-injection': 'enabled' } };
      const verdicts: { readonly [reason in keyof typeof others]: () => Promise<Verdict> } = {
        'already-injected': () => verdictOn(cluster, namespaces.of('deny'), injected),
        'mirror-pod': () => {
          const annotations = { 'kubernetes.io/config.mirror': 'a' };
          return verdictOn(
            cluster,
            namespaces.of('deny'),
            heldPod('web', { annotations }, { nodeName: 'node', schedulingGates: [] }),
          );
        },
        'namespace-excluded': () => verdictOn(cluster, 'kube-system', heldPod('web', labeled)),
        'not-applicable': () => updated(namespaces.of('off')),
      };
      assert.deepEqual(Object.keys(verdicts).sort(), Object.keys(others).sort());
      for (const [reason, verdict] of Object.entries(verdicts)) {
        assert.deepEqual(await verdict(), NOTHING, reason);
      }
    });

    it('leaves Pods alone that the webhook is not for', async () => {
      const optedOut = { labels: { 'proxy-injection': 'disabled' } };
      assert.deepEqual(await verdictOn(cluster, 'default'), NOTHING);
      assert.deepEqual(await verdictOn(cluster, namespaces.of('deny'), heldPod('web', optedOut)), NOTHING);
    });

    it('guards Pods that opted in themselves', async () => {
      const optedIn = heldPod('web', { labels: { 'proxy-injection': 'enabled' } });
      const outside = await cluster.namespace('guard-pods', { labels: { 'proxy-injection/guard': 'deny' } });
      namespaces.add(outside);
      assert.deepEqual(await verdictOn(cluster, outside, optedIn), expected('deny', NEVER_ASKED));
      assert.deepEqual(await verdictOn(cluster, outside), NOTHING);
    });

    it('believes annotations: it is no security boundary', async () => {
      assert.deepEqual(await verdictOn(cluster, namespaces.of('deny'), heldPod('web', SKIPPED)), NOTHING);
      for (const action of ACTIONS) {
        assert.deepEqual(
          await verdictOn(cluster, namespaces.of(action), heldPod('web', CLAIM)),
          expected(action, IN_NAME_ONLY),
        );
      }
    });

    it('follows the label of the namespace', async () => {
      const changed = namespaces.of('unknown');
      for (const action of ACTIONS) {
        await cluster.kubectl(
          'label',
          '--overwrite',
          'namespace',
          changed,
          `proxy-injection/guard=${action}`,
        );
        await until(async () => (await verdictOn(cluster, changed)).action === action);
      }
    });

    it('tells the owner of a Deployment by an Event, and creates its Pods once the injector is asked', async () => {
      const own = namespaces.of('deny');
      const labels = { app: 'web' };
      const template = heldTemplate({ labels });
      const deployment = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: { selector: { matchLabels: labels }, template },
      };
      await cluster.apply([deployment], own);
      await until(async () => {
        const { items } = await cluster.get('events', '--namespace', own);
        return items.some(
          ({ reason, message }: KubernetesObject) =>
            reason === 'FailedCreate' && message.includes('never asked about it'),
        );
      });
      assert.deepEqual(await cluster.pods(own), []);
      await release.apply(RECOMMENDED);
      await until(async () => (await cluster.pods(own)).length === 1);
      assert.ok((await cluster.pods(own)).every(isInjected));
    });
  });

  /** A Pod without a record gets what its namespace wants: an action, or the default. */
  async function actsEverywhere(): Promise<void> {
    // The API server reads the webhooks and the bindings of the guard with a delay.
    await until(async () => (await verdictOn(cluster, namespaces.of('deny'))).action === 'deny');
    await until(async () => (await verdictOn(cluster, namespaces.of('none'))).action === 'warn');
    for (const action of ACTIONS) {
      assert.deepEqual(await verdictOn(cluster, namespaces.of(action)), expected(action, NEVER_ASKED));
    }
    for (const other of ['none', 'unknown']) {
      assert.deepEqual(await verdictOn(cluster, namespaces.of(other)), expected('warn', NEVER_ASKED), other);
    }
  }

  async function updated(namespace: string): Promise<Verdict> {
    await cluster.apply([heldPod('updated')], namespace);
    await cluster.kubectl('label', '--overwrite', 'namespace', namespace, 'proxy-injection/guard=deny');
    try {
      await until(async () => (await verdictOn(cluster, namespace)).action === 'deny');
      await cluster.kubectl('label', 'pod', 'updated', 'changed=true', '--namespace', namespace);
      return NOTHING;
    } finally {
      await cluster.kubectl('label', '--overwrite', 'namespace', namespace, 'proxy-injection/guard=off');
      await until(async () => (await verdictOn(cluster, namespace)).action === 'off');
    }
  }
});
