import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { isInjected } from '../../src/core/pod/injected.js';
import type { Pod } from '../../src/core/pod/pod.js';
import { find, type KubernetesObject, type Release, render } from './chart.js';
import { asWebhooks, guardObjects, guardOf } from './guard.js';
import { webhooksCalled } from './kube-check.js';
import { creation, SELECTIONS } from './selection.js';

/** The values of the chart, and those of the label that mean the same. */
const BY_DEFAULT = { Off: 'off', Audit: 'audit', Warn: 'warn', Deny: 'deny' } as const;
const ACTIONS = Object.keys(BY_DEFAULT) as (keyof typeof BY_DEFAULT)[];
const VALUES = Object.values(BY_DEFAULT);
const VALIDATION_ACTIONS = { off: [], audit: ['Audit'], warn: ['Audit', 'Warn'], deny: ['Deny'] } as const;

const FURTHER_TERMS = {
  namespaceSelector: {
    matchLabels: { mesh: 'main' },
    matchExpressions: [{ key: 'team', operator: 'In', values: ['shop'] }],
  },
  objectSelector: { matchExpressions: [{ key: 'batch', operator: 'DoesNotExist' }] },
  matchConditions: [{ name: 'scheduler', expression: "object.spec.?schedulerName.orValue('') != 'special'" }],
};

/** Values under which the webhook selects differently. */
const RELEASES: readonly KubernetesObject[] = ['optIn', 'optOut'].flatMap((selection) =>
  ['admit', 'deny'].flatMap((ineligiblePods) =>
    [{}, FURTHER_TERMS].map((terms) => ({
      config: { ineligiblePods },
      webhook: { selection, ...terms },
    })),
  ),
);

describe('the guard', () => {
  for (const values of RELEASES) {
    it(`looks at exactly the Pods that the webhook is for: ${JSON.stringify(values)}`, () => {
      const objects = render({ values: { ...values, guard: { action: 'Deny' } } });
      const webhook = find(objects, 'MutatingWebhookConfiguration');
      const called = webhooksCalled(webhook, REQUESTS);
      const covered = webhooksCalled(asWebhooks(guardOf(objects)), REQUESTS);
      assert.deepEqual(covered, webhooksCalled(withoutInjected(webhook), REQUESTS).map(denyBindings));
      for (const [index, names] of called.entries()) {
        if (names.length > 0) assert.deepEqual(covered[index], denyBindings(names));
      }
      assert.ok(covered.some(({ length }) => length === 0) && covered.some(({ length }) => length > 0));
    });
  }

  for (const action of ACTIONS) {
    for (const label of [...VALUES, 'none', 'Deny', '']) {
      const expected = VALUES.find((value) => value === label) ?? BY_DEFAULT[action];
      it(`with the action ${action} and the namespace label ${label}: ${expected}`, () => {
        const labels = {
          'proxy-injection': 'enabled',
          ...(label !== 'none' && { 'proxy-injection/guard': label }),
        };
        assert.deepEqual(actionsFor({ values: { guard: { action } } }, labels), VALIDATION_ACTIONS[expected]);
      });
    }
  }

  it('reads Off without quotes, which YAML takes for false', () => {
    assert.deepEqual(render({ values: { guard: { action: false } } }), render());
  });

  it('needs Kubernetes 1.30, and that the injector records its outcome', () => {
    const has = (release: Release) => guardObjects(render(release)).length > 0;
    assert.equal(has({ kubernetes: '1.30.0' }), true);
    assert.equal(has({ kubernetes: '1.29.9' }), false);
    assert.equal(has({ values: { config: { annotateOutcome: 'disabled' } } }), false);
  });

  it('has bindings that name its policy', () => {
    const { policy, bindings } = guardOf(render({ name: 'mesh', values: { guard: { action: 'Warn' } } }));
    assert.equal(bindings.length, 6);
    for (const { spec } of bindings) assert.equal(spec.policyName, policy.metadata.name);
  });

  describe('accepts', () => {
    const [asked, injected] = guardOf(render()).policy.spec.validations.map(evaluator);

    for (const [status, accepted] of [
      ['injected', true],
      ['skipped', true],
      ['', false],
      ['unknown', false],
      [undefined, false],
    ] as const) {
      it(`the status ${status}: ${accepted}`, () => {
        const annotations = status === undefined ? {} : { 'proxy-injection/status': status };
        assert.equal(asked({ metadata: { annotations }, spec: { containers: [{ name: 'app' }] } }), accepted);
      });
    }

    it('Pods that claim to be injected exactly if they are', () => {
      const seen = new Set<boolean>();
      fc.assert(
        fc.property(PODS, (pod) => {
          const claims = pod.metadata?.annotations?.['proxy-injection/status'] === 'injected';
          assert.equal(injected(pod), !claims || isInjected(pod));
          if (claims) seen.add(isInjected(pod));
        }),
        { numRuns: 2000 },
      );
      assert.equal(seen.size, 2);
    });
  });
});

const REQUESTS = [
  ...SELECTIONS.map(({ request }) => request),
  ...SELECTIONS.map(({ request }) => {
    const { metadata } = request.namespace;
    const labels = { ...metadata.labels, mesh: 'main', team: 'shop' };
    return { ...request, namespace: { metadata: { ...metadata, labels } } };
  }),
  creation('shop', { 'proxy-injection': 'enabled', mesh: 'main', team: 'shop' }, pod({ batch: 'a' })),
  creation('shop', { 'proxy-injection': 'enabled', mesh: 'main', team: 'shop' }, pod({}, 'special')),
];

function pod(labels: object, schedulerName?: string): object {
  return { metadata: { labels }, spec: { schedulerName, containers: [{ name: 'app' }] } };
}

/** The webhooks without the condition that spares calls for Pods that claim to be injected: the guard checks those. */
function withoutInjected(configuration: KubernetesObject): KubernetesObject {
  const webhooks = configuration.webhooks.map((webhook: KubernetesObject) => ({
    ...webhook,
    matchConditions: webhook.matchConditions.filter(({ name }: KubernetesObject) => name !== 'not-injected'),
  }));
  return { ...configuration, webhooks };
}

function denyBindings(webhooks: readonly string[]): string[] {
  return webhooks.map((name) => `proxy-injector.proxy-system-guard-${name.split('.')[0]}-deny`);
}

function actionsFor(release: Release, namespaceLabels: object): readonly string[] {
  const guard = guardOf(render(release));
  const [names = []] = webhooksCalled(asWebhooks(guard), [creation('shop', namespaceLabels, pod({}))]);
  const matching = guard.bindings.filter(({ metadata }) => names.includes(metadata.name));
  return matching.flatMap(({ spec }) => spec.validationActions).sort();
}

/** Evaluates a validation about a Pod. */
function evaluator({ expression }: { readonly expression: string }): (pod: object) => boolean {
  const environment = new Environment({ enableOptionalTypes: true }).registerVariable('variables', 'dyn');
  const evaluate = environment.parse(expression);
  return (pod) => {
    const { metadata } = pod as KubernetesObject;
    return evaluate({ variables: { pod, podAnnotations: metadata?.annotations ?? {} } }) as boolean;
  };
}

const PORTS = fc.array(
  fc.record(
    { containerPort: fc.constant(1), protocol: fc.constantFrom('TCP', 'UDP', 'SCTP') },
    { requiredKeys: ['containerPort'] },
  ),
  { maxLength: 3 },
);

const CONTAINER = fc.record(
  {
    name: fc.constantFrom('init-iptables', 'proxy-sidecar', 'proxy-sidecar', 'app'),
    ports: PORTS,
    restartPolicy: fc.constantFrom('Always', 'OnFailure'),
    env: fc.array(fc.record({ name: fc.constantFrom('PROXY_INIT_RULES_IPV4', 'PROXY_INIT_FAMILIES', 'A') }), {
      maxLength: 2,
    }),
  },
  { requiredKeys: ['name'] },
);

/** Pods as the API server presents them: a list that is empty is missing. */
const PODS = fc
  .record({
    annotations: fc.constantFrom<object | undefined>(undefined, {}, { 'proxy-injection/status': 'injected' }),
    containers: fc.array(CONTAINER, { minLength: 1, maxLength: 3 }),
    initContainers: fc.array(CONTAINER, { maxLength: 3 }),
  })
  .map(
    ({ annotations, containers, initContainers }) =>
      ({
        metadata: { ...(annotations && { annotations }) },
        spec: { containers, ...(initContainers.length > 0 && { initContainers }) },
      }) as unknown as Pod,
  );
