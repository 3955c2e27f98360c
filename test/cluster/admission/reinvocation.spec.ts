import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OPTED_IN } from '../cluster.js';
import { PEER_IMAGE } from '../local-cluster/images.js';
import { peer } from '../pods/peers.js';
import { WEBHOOKS } from '../release.js';
import { sharedCluster } from '../shared-cluster.js';
import { auditEvent, webhooksCalled } from './audit-log.js';
import { heldPod, INJECTED, injectedInto, podsPath } from './pods.js';
import { SECOND, SECOND_SETUP, SecondWebhook } from './second-webhook.js';

const OURS = WEBHOOKS.namespaces;

/** The other webhook's position, and the prefix of its configuration's name, which decides it. */
const POSITIONS = [
  { position: 'first', prefix: 'a' },
  { position: 'last', prefix: 'z' },
] as const;

/** The Pod's own init container. */
const SETUP = { name: 'setup', image: PEER_IMAGE, args: ['job', '0'] };

/**
 * For each mode, the init containers of the Pod, whatever the order of the webhooks, and the calls if the other one is
 * last. A change to the Pod makes the API server call webhooks again. The match conditions of ours exclude injected
 * Pods, unless an init container comes after ours in container mode.
 */
const MODES = [
  {
    mode: 'container',
    initContainers: ['setup', SECOND_SETUP, 'init-iptables'],
    calledIfLast: (second: string) => [OURS, second, OURS, second],
  },
  {
    mode: 'native',
    initContainers: ['init-iptables', 'proxy-sidecar', 'setup', SECOND_SETUP],
    calledIfLast: (second: string) => [OURS, second, second],
  },
] as const;

describe('a Pod that another webhook also changes', () => {
  const cluster = sharedCluster();
  const namespaces: string[] = [];
  let second: SecondWebhook;

  before(async () => {
    namespaces.push(...(await Promise.all(POSITIONS.map(() => cluster.namespace('both', OPTED_IN)))));
    const registrations = POSITIONS.map(({ prefix }, index) => {
      const namespace = namespaces[index] ?? '';
      return { configuration: `${prefix}-${namespace}`, namespace };
    });
    second = await SecondWebhook.start(cluster, registrations);
  });
  after(async () => {
    await second?.stop();
    await cluster.deleteNamespaces(...namespaces);
  });

  for (const [index, { position }] of POSITIONS.entries()) {
    for (const { mode, initContainers, calledIfLast } of MODES) {
      it(`has all additions once and in order if the other webhook is ${position} (${mode})`, async () => {
        const metadata = { annotations: { 'proxy-injection/mode': mode } };
        const pod = heldPod(mode, metadata, { initContainers: [SETUP] });
        const { object, auditId } = await cluster.api.post(podsPath(namespaces[index] ?? ''), pod);
        assert.deepEqual(injectedInto(object), INJECTED);
        assert.deepEqual(namesOf(object.spec.initContainers), initContainers);
        const own = namesOf(object.spec.containers).filter((name) => !INJECTED.includes(name));
        assert.deepEqual(own, ['app', SECOND]);
        if (cluster.local === undefined) return;
        const called = position === 'last' ? calledIfLast(second.name) : [second.name, OURS, second.name];
        assert.deepEqual(webhooksCalled(await auditEvent(cluster, auditId)), called);
      });

      it(`starts with its outbound traffic redirected if the other webhook is ${position} (${mode})`, async () => {
        const namespace = namespaces[index] ?? '';
        const pod = peer(`web-${mode}`, { mode, outbound: 'enabled' }, {}, { initContainers: [SETUP] });
        await cluster.apply([pod], namespace);
        await cluster.wait('condition=Ready', `pod/web-${mode}`, namespace);
        const { status } = await cluster.get('pod', `web-${mode}`, '--namespace', namespace);
        const restarts = status.initContainerStatuses.map(
          ({ restartCount }: { restartCount: number }) => restartCount,
        );
        assert.ok(restarts.every((count: number) => count === 0));
      });
    }
  }
});

function namesOf(containers: readonly { readonly name: string }[]): string[] {
  return containers.map(({ name }) => name);
}
