import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { snapshotOf } from '../../src/config/snapshot.js';
import { decide } from '../../src/core/decision/decision.js';
import { selectionOf } from '../../src/core/decision/selection.js';
import { subject } from '../support/core-cases.js';
import { find, render } from './chart.js';
import { configurationOf } from './configuration.js';
import { webhooksCalled } from './kube-check.js';
import { creation, INIT, INJECTED, LABELED, PROXY, SELECTIONS } from './selection.js';

const configuration = find(render(), 'MutatingWebhookConfiguration');
const service = 'proxy-injector.proxy-system.svc';

const MODES = ['optIn', 'optOut'] as const;
const POLICIES = ['admit', 'deny'] as const;

describe('the webhook configuration', () => {
  const requests = SELECTIONS.map(({ request }) => request);
  for (const selection of MODES) {
    for (const ineligiblePods of POLICIES) {
      const given = `${selection}; ineligiblePods: ${ineligiblePods}`;
      const values = { webhook: { selection }, config: { ineligiblePods } };
      const called = webhooksCalled(find(render({ values }), 'MutatingWebhookConfiguration'), requests);

      for (const [index, row] of SELECTIONS.entries()) {
        const { reaches, reachesToBeDenied = reaches } = selection === 'optOut' ? (row.optOut ?? row) : row;
        const webhook = ineligiblePods === 'deny' ? reachesToBeDenied : reaches;
        it(`${given}; namespace: ${row.namespace}; Pod: ${row.pod}; webhook: ${webhook}`, () => {
          assert.deepEqual(called[index], webhook === 'neither' ? [] : [`${webhook}.${service}`]);
        });
      }

      for (const [index, { namespace, pod, request }] of SELECTIONS.slice(0, LABELED).entries()) {
        it(`is called as explain says: ${given}; namespace: ${namespace}; Pod: ${pod}`, () => {
          const { labels } = request.namespace.metadata;
          const input = {
            labels: request.pod.metadata.labels,
            namespaceLabels: labels,
            settings: { ineligiblePods, selection },
          };
          assert.equal(selectionOf(subject(input)).isCalled, called[index]?.length === 1);
        });
      }
    }
  }

  for (const selection of MODES) {
    it(`is called only for Pods and namespaces that match the additional selectors: ${selection}`, () => {
      const team = { key: 'team', operator: 'In', values: ['shop'] };
      const values = {
        webhook: {
          selection,
          namespaceSelector: { matchLabels: { mesh: 'main' }, matchExpressions: [team] },
          objectSelector: { matchExpressions: [{ key: 'batch', operator: 'DoesNotExist' }] },
        },
      };
      const called = (namespaceLabels: object, labels: object) => {
        const metadata = { name: 'shop', labels: { ...namespaceLabels, 'proxy-injection': 'enabled' } };
        const pod = { metadata: { labels }, spec: { containers: [{ name: 'app' }] } };
        return { namespace: { metadata }, pod, operation: 'CREATE' } as const;
      };
      const both = { mesh: 'main', team: 'shop' };
      const requests = [
        called(both, {}),
        called({ mesh: 'main' }, {}),
        called({ team: 'shop' }, {}),
        called(both, { batch: '' }),
      ];
      assert.deepEqual(webhooksCalled(find(render({ values }), 'MutatingWebhookConfiguration'), requests), [
        [`namespaces.${service}`],
        [],
        [],
        [],
      ]);
    });
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

  const SYSTEM = ['kube-system', 'kube-public', 'kube-node-lease'];
  const EXCLUDED: readonly (readonly [
    title: string,
    list: readonly string[] | null | undefined,
    string[],
  ])[] = [
    ['cert-manager by default', undefined, [...SYSTEM, 'cert-manager', 'proxies']],
    ['what the list adds, without duplicates', ['kube-system', 'legacy'], [...SYSTEM, 'legacy', 'proxies']],
    ['system namespaces and its own even if the list is empty', [], [...SYSTEM, 'proxies']],
    ['system namespaces and its own even if there is no list', null, [...SYSTEM, 'proxies']],
  ];
  for (const [title, list, expected] of EXCLUDED) {
    it(`excludes ${title}`, () => {
      const values = list === undefined ? {} : { config: { excludedNamespaces: list } };
      const objects = render({ namespace: 'proxies', values });
      const { webhooks } = find(objects, 'MutatingWebhookConfiguration');
      for (const { namespaceSelector } of webhooks as readonly Webhook[]) {
        const { matchExpressions } = namespaceSelector;
        assert.deepEqual(
          matchExpressions.find(({ key }) => key === 'kubernetes.io/metadata.name')?.values,
          expected,
        );
      }
      const { settings } = snapshotOf(configurationOf(objects), 'proxies').injector;
      assert.deepEqual(settings.excludedNamespaces, expected);
    });
  }

  it('does not change what Pods get: both modes have the same hash', () => {
    const hash = (selection: string) => {
      const loaded = configurationOf(render({ values: { webhook: { selection } } }));
      assert.equal(loaded.configuration.selection, selection);
      return snapshotOf(loaded, undefined).injector.identity.configHash;
    };
    assert.equal(hash('optOut'), hash('optIn'));
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
