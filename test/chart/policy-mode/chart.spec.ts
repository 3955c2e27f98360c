import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { snapshotOf } from '../../../src/config/snapshot.js';
import { withValue } from '../../../src/core/values/json.js';
import { policyObjects } from '../../../src/policy/objects/policies.js';
import { UNSUPPORTED } from '../../../src/policy/objects/unsupported.js';
import { find, HELMS, type KubernetesObject, type Release, rejection, render } from '../chart.js';
import { configurationOf } from '../configuration.js';

const KUBERNETES = '1.37.0';

/** Configurations that differ in what is in the policies and in their bindings. */
const VALUES: { readonly [title: string]: object } = {
  'the defaults': {},
  'a preset': { config: { proxy: { preset: 'envoy' } } },
  'ineligible Pods admitted': { config: { ineligiblePods: 'admit', excludedNamespaces: ['infra'] } },
  'an opt-out': { webhook: { selection: 'optOut' }, config: { ineligiblePods: 'admit' } },
  'no records': { config: { annotateOutcome: 'disabled' } },
  additions: {
    config: {
      pod: {
        labels: { team: 'a' },
        annotations: { 'prometheus.io/port': '9901' },
        volumes: [{ name: 'tmp' }],
      },
      proxy: { container: { env: [{ name: 'A', value: "it's\n" }], resources: { limits: { cpu: 1 } } } },
      redirect: { skipInboundPorts: [80, '8000-8100'], outbound: 'enabled' },
    },
  },
};

const POLICY_KINDS = /^(Mutating|Validating)AdmissionPolicy/;

describe('the chart in policy mode', () => {
  for (const helm of HELMS) {
    for (const [title, values] of Object.entries(VALUES)) {
      it(`installs the policies that the command line prints, with ${title} (${helm})`, () => {
        const rendered = (mode: string) =>
          render({ kubernetes: KUBERNETES, values: { ...values, mode } }, helm);
        const { injector } = snapshotOf(configurationOf(rendered('both')), 'proxy-system');
        const names = { name: 'proxy-injector.proxy-system', isStatic: false };
        const printed = byName(policyObjects(injector.settings, injector.identity, names));
        assert.deepEqual(podPolicies(rendered('policy')), printed);
        assert.deepEqual(podPolicies(rendered('both')), printed);
      });
    }
  }

  it('installs nothing else that runs', () => {
    const release = {
      kubernetes: KUBERNETES,
      values: {
        mode: 'policy',
        autoscaling: { enabled: true },
        networkPolicy: { enabled: true },
        serviceMonitor: { enabled: true },
        tls: { certManager: { enabled: false } },
      },
    };
    const others = render(release).filter(({ kind }) => !POLICY_KINDS.test(kind));
    assert.deepEqual(others, []);
  });

  it('keeps the alerts on policies that fail, and no others', () => {
    const values = { mode: 'policy', prometheusRule: { enabled: true } };
    const rule = find(render({ kubernetes: KUBERNETES, values }), 'PrometheusRule');
    const alerts = rule.spec.groups.flatMap(({ rules }: KubernetesObject) => rules);
    assert.deepEqual(
      alerts.map(({ alert }: KubernetesObject) => alert),
      ['ProxyInjectorPolicyFails', 'ProxyInjectorPolicyWarningsFail'],
    );
  });

  it('keeps the webhook and all that it needs in mode both, and lets Pods pass that it does not answer for', () => {
    const kinds = (mode: string) =>
      render({ kubernetes: KUBERNETES, values: { mode } })
        .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] !== 'policy')
        .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    assert.deepEqual(kinds('both'), kinds('webhook'));
    const [webhook] = render({ kubernetes: KUBERNETES, values: { mode: 'both' } }).filter(
      ({ kind }) => kind === 'MutatingWebhookConfiguration',
    );
    assert.deepEqual(
      webhook.webhooks.map(({ failurePolicy }: KubernetesObject) => failurePolicy),
      ['Ignore', 'Ignore'],
    );
  });

  it('adds what selects Pods for the webhook to the policies', () => {
    const webhook = {
      namespaceSelector: { matchLabels: { team: 'shop' } },
      matchConditions: [{ name: 'own', expression: 'true' }],
      failurePolicy: 'Ignore',
    };
    const objects = render({ kubernetes: KUBERNETES, values: { mode: 'policy', webhook } });
    const [policy] = objects.filter(({ kind }) => kind === 'MutatingAdmissionPolicy');
    assert.equal(policy.spec.failurePolicy, 'Ignore');
    // Otherwise, an expression that fails would let a Pod pass without a proxy, unnoticed.
    const refusals = find(objects, 'ValidatingAdmissionPolicy', 'proxy-injector.proxy-system-refusals');
    assert.equal(refusals.spec.failurePolicy, 'Fail');
    assert.deepEqual(policy.spec.matchConditions.at(-1), webhook.matchConditions[0]);
    for (const binding of objects.filter(({ kind }) => kind === 'MutatingAdmissionPolicyBinding')) {
      assert.deepEqual(binding.spec.matchResources.namespaceSelector.matchLabels, { team: 'shop' });
    }
  });

  for (const { setting, value } of UNSUPPORTED) {
    it(`rejects ${setting}: ${value}, by its name`, () => {
      const values = { mode: 'policy', config: withValue({}, setting.split('.'), value) };
      const message = rejection({ kubernetes: KUBERNETES, values: values as Release['values'] });
      assert.ok(message?.includes(`set config.${setting} to`), message);
    });
  }

  it('rejects a cluster without such policies, and an action of the guard that would have no effect', () => {
    assert.match(
      rejection({ kubernetes: '1.35.0', values: { mode: 'both' } }) ?? '',
      /mode is both, which requires Kubernetes 1\.36, but the cluster runs v?1\.35\.0: set it to webhook\./,
    );
    assert.match(
      rejection({ kubernetes: KUBERNETES, values: { mode: 'policy', guard: { action: 'Warn' } } }) ?? '',
      /guard\.action is Warn, but mode is policy/,
    );
  });
});

function podPolicies(objects: readonly KubernetesObject[]): object[] {
  return byName(
    objects.filter(
      ({ kind, metadata }) =>
        POLICY_KINDS.test(kind) && metadata.labels['app.kubernetes.io/component'] === 'policy',
    ),
  );
}

function byName(objects: readonly KubernetesObject[]): object[] {
  return objects
    .map(({ apiVersion, kind, metadata, spec }) => ({ apiVersion, kind, name: metadata.name, spec }))
    .sort((a, b) => (a.name + a.kind < b.name + b.kind ? -1 : 1));
}
