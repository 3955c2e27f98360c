import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decide } from '../../src/core/decision/decision.js';
import { selectionOf } from '../../src/core/decision/selection.js';
import { subject } from '../support/core-cases.js';
import { find, render } from './chart.js';
import { webhooksCalled } from './kube-check.js';
import { creation, INIT, INJECTED, LABELED, PROXY, SELECTIONS } from './selection.js';

const configuration = find(render(), 'MutatingWebhookConfiguration');
const service = 'proxy-injector.proxy-system.svc';

describe('the webhook configuration', () => {
  const requests = SELECTIONS.map(({ request }) => request);
  const called = {
    admit: webhooksCalled(configuration, requests),
    deny: webhooksCalled(
      find(render({ values: { config: { ineligiblePods: 'deny' } } }), 'MutatingWebhookConfiguration'),
      requests,
    ),
  };
  for (const [index, { namespace, pod, reaches, reachesToBeDenied = reaches }] of SELECTIONS.entries()) {
    for (const [policy, webhook] of [
      ['admit', reaches],
      ['deny', reachesToBeDenied],
    ] as const) {
      it(`ineligiblePods: ${policy}; namespace: ${namespace}; Pod: ${pod}; webhook: ${webhook}`, () => {
        assert.deepEqual(called[policy][index], webhook === 'neither' ? [] : [`${webhook}.${service}`]);
      });
    }
  }

  for (const [index, { namespace, pod, request }] of SELECTIONS.entries()) {
    if (index >= LABELED) continue;
    for (const ineligiblePods of ['admit', 'deny'] as const) {
      it(`is called as explain says: ${ineligiblePods}; namespace: ${namespace}; Pod: ${pod}`, () => {
        const { labels } = request.namespace.metadata;
        const given = {
          labels: request.pod.metadata.labels,
          namespaceLabels: labels,
          settings: { ineligiblePods },
        };
        assert.equal(selectionOf(subject(given)).isCalled, called[ineligiblePods][index]?.length === 1);
      });
    }
  }

  it('is called for exactly those injected Pods that the injector changes', () => {
    const pods = injectedPods();
    const enabled = { 'proxy-injection': 'enabled' };
    const calls = webhooksCalled(
      configuration,
      pods.map((pod) => creation('shop', enabled, pod)),
    );
    const changes = pods.map(({ spec }) => {
      const decision = decide(subject({ annotations: INJECTED.metadata.annotations, spec }));
      return 'misplacedInit' in decision || decision.outcome === 'injected';
    });
    assert.deepEqual(
      calls.map(({ length }) => length === 1),
      changes,
    );
    assert.ok(changes.includes(true) && changes.includes(false));
  });

  it("excludes the service's excluded namespaces and its own, without duplicates", () => {
    const values = { config: { excludedNamespaces: ['kube-system', 'legacy'] } };
    const excluded = (namespace: string) =>
      find(render({ namespace, values }), 'MutatingWebhookConfiguration').webhooks.map(
        (webhook: Webhook) =>
          webhook.namespaceSelector.matchExpressions.find(({ key }) => key === 'kubernetes.io/metadata.name')
            ?.values,
      );
    assert.deepEqual(excluded('proxies'), Array(2).fill(['kube-system', 'legacy', 'proxies']));
    assert.deepEqual(excluded('kube-system'), Array(2).fill(['kube-system', 'legacy']));
  });

  it('calls the path and the port of the Service', () => {
    for (const { clientConfig } of configuration.webhooks) {
      assert.deepEqual(clientConfig, {
        service: { name: 'proxy-injector', namespace: 'proxy-system', path: '/mutate', port: 443 },
      });
    }
    assert.equal(find(render(), 'Service', 'proxy-injector').spec.ports[0].targetPort, 'webhook');
  });

  it('trusts the CA of the certificate issued for its Service', () => {
    const { metadata, spec } = find(render(), 'Certificate', 'proxy-injector');
    assert.deepEqual(spec.dnsNames, [service]);
    assert.equal(
      configuration.metadata.annotations['cert-manager.io/inject-ca-from'],
      `${metadata.namespace}/${metadata.name}`,
    );
  });
});

/** Pods annotated as injected, with every order of up to three init containers, and with none, in both modes. */
function injectedPods(): {
  metadata: object;
  spec: { containers: object[]; initContainers?: object[] | null };
}[] {
  const native = { ...PROXY, restartPolicy: 'Always' };
  const app = { name: 'app' };
  const orders = (entries: readonly object[]): object[][] =>
    entries.length === 0
      ? [[]]
      : entries.flatMap((entry) =>
          orders(entries.filter((other) => other !== entry)).map((rest) => [entry, ...rest]),
        );
  const own = [{ name: 'setup' }, { name: 'wait', restartPolicy: 'Always' }];
  return [
    { containers: [app] },
    { containers: [app], initContainers: null },
    { containers: [app], initContainers: [] },
    { containers: [app, PROXY], initContainers: [INIT] },
    ...orders([INIT, ...own]).map((initContainers) => ({ containers: [app, PROXY], initContainers })),
    ...orders([INIT, native]).map((initContainers) => ({ containers: [app], initContainers })),
    ...orders([INIT, native, ...own]).map((initContainers) => ({ containers: [app], initContainers })),
  ].map((spec) => ({ ...INJECTED, spec }));
}

interface Webhook {
  readonly namespaceSelector: {
    readonly matchExpressions: readonly { readonly key: string; readonly values: readonly string[] }[];
  };
}
