import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { REASONS } from '../../../src/core/decision/reasons.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import { withoutAuditLog } from '../admission/audit-log.js';
import { dryRunPath, heldPod } from '../admission/pods.js';
import { RELEASE, Release } from '../release.js';
import { sharedCluster } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { GuardedNamespaces } from './guarded-namespaces.js';
import { CLAIM, injectedPod, UNCHANGED } from './pods.js';
import { ACTIONS, expected, IN_NAME_ONLY, NEVER_ASKED, NOTHING, verdictOn } from './verdict.js';
import { patchWebhooks, RECOMMENDED, WEBHOOKS } from './webhooks.js';

const cluster = sharedCluster();
const release = new Release(cluster.kubeconfig);

describe('the guard, while the injector answers', { skip: withoutAuditLog(cluster) }, () => {
  const namespaces = new GuardedNamespaces(cluster);
  before(async () => {
    await release.apply(RECOMMENDED);
    await namespaces.create();
  });
  after(async () => {
    // Fields that kubectl changed stay its own, so that another value from Helm would be a conflict.
    await cluster.kubectl('delete', '--ignore-not-found', ...WEBHOOKS);
    await release.apply(VALUES);
    await namespaces.delete();
  });

  it('is accepted by the API server without warnings about the types of its expressions', async () => {
    let status: KubernetesObject;
    await until(async () => {
      status = (await cluster.get('validatingadmissionpolicy', `${RELEASE}-guard`)).status;
      return status?.typeChecking !== undefined;
    });
    assert.deepEqual(status.typeChecking, {});
  });

  it('leaves Pods alone that the injector decided about', async () => {
    assert.deepEqual(await verdictOn(cluster, namespaces.of('deny')), NOTHING);
    for (const [reason, given] of UNCHANGED) {
      assert.deepEqual(await verdictOn(cluster, namespaces.of('deny', reason), given), NOTHING, reason);
    }
  });

  it('leaves injected Pods alone, and catches those that only claim to be injected', async () => {
    const app = { name: 'app', image: 'app:1' };
    const sameNames = {
      initContainers: [{ ...app, name: 'init-iptables' }],
      containers: [app, { ...app, name: 'proxy-sidecar' }],
    };
    assert.deepEqual(
      await verdictOn(cluster, namespaces.of('deny'), await injectedPod(cluster, namespaces.of('deny'))),
      NOTHING,
    );
    // The injector adds what is missing, unless the names of the containers keep the webhook from being called.
    assert.deepEqual(await verdictOn(cluster, namespaces.of('deny'), heldPod('web', CLAIM)), NOTHING);
    for (const action of ACTIONS) {
      assert.deepEqual(
        await verdictOn(cluster, namespaces.of(action), heldPod('web', CLAIM, sameNames)),
        expected(action, IN_NAME_ONLY),
      );
    }
  });

  describe('with ineligiblePods: deny', () => {
    const optedOut = heldPod('web', { labels: { 'proxy-injection': 'disabled' } });

    it('denies a Pod that evades the webhook by its label', async () => {
      await release.apply({ ...RECOMMENDED, config: { ...VALUES.config, ineligiblePods: 'deny' } });
      await until(async () => {
        const { object } = await cluster.api.post(dryRunPath(namespaces.of('deny')), optedOut);
        return object.message?.includes(REASONS['pod-disabled']);
      });
      // As the webhook would select with ineligiblePods: admit.
      await patchWebhooks(cluster, 'add', '/objectSelector', {
        matchExpressions: [{ key: 'proxy-injection', operator: 'NotIn', values: ['disabled'] }],
      });
      for (const action of ACTIONS) {
        // Until the change of the webhook takes effect, it denies the Pod.
        await until(async () => {
          const found = await verdictOn(cluster, namespaces.of(action), optedOut).catch(() => undefined);
          return found?.action === action;
        });
        assert.deepEqual(
          await verdictOn(cluster, namespaces.of(action), optedOut),
          expected(action, NEVER_ASKED),
        );
      }
    });
  });
});
