import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Given, settings, subject } from '../../../test/support/core-cases.js';
import { decide, type FinalDecision } from './decision.js';
import { type Explanation, explain } from './explanation.js';
import type { Fact } from './fields.js';

function explained(given: Given): Explanation {
  const all = subject(given);
  return explain(decide(all) as FinalDecision, all);
}

const APP = { name: 'app', ports: [{ containerPort: 1 }], securityContext: { runAsUser: 1, runAsGroup: 1 } };

/** A rule, a subject for which it holds, and the field of the Pod that makes it hold. */
const DECISIVE_FIELDS: readonly [string, Given, Omit<Fact, 'source'>][] = [
  [
    'malformed-pod',
    { spec: { containers: [APP, { ...APP, name: 7 }] } },
    { path: ['spec', 'containers', 1, 'name'], value: 7 },
  ],
  [
    'sidecar-present',
    { spec: { containers: [APP], initContainers: [APP, { ...APP, name: 'my-cortexflow-proxy' }] } },
    { path: ['spec', 'initContainers', 1, 'name'], value: 'my-cortexflow-proxy' },
  ],
  [
    'foreign-proxy',
    { spec: { containers: [APP, { ...APP, name: 'istio-proxy' }] } },
    { path: ['spec', 'containers', 1, 'name'], value: 'istio-proxy' },
  ],
  [
    'foreign-proxy',
    { labels: { 'kuma.io/sidecar-injection': 'enabled' }, annotations: { 'linkerd.io/inject': 'enabled' } },
    { path: ['metadata', 'annotations', 'linkerd.io/inject'], value: 'enabled' },
  ],
  [
    'port-conflict',
    { spec: { containers: [APP, { ...APP, ports: [{ containerPort: 1 }, { containerPort: 5054 }] }] } },
    { path: ['spec', 'containers', 1, 'ports', 1], value: { containerPort: 5054 } },
  ],
  [
    'uid-conflict',
    { spec: { containers: [APP, { ...APP, securityContext: { runAsUser: 5054 } }] } },
    { path: ['spec', 'containers', 1, 'securityContext', 'runAsUser'], value: 5054 },
  ],
  [
    'uid-conflict',
    { spec: { containers: [{ name: 'app' }], securityContext: { runAsGroup: 5054 } } },
    { path: ['spec', 'securityContext', 'runAsGroup'], value: 5054 },
  ],
  [
    'uid-conflict',
    { spec: { containers: [APP], securityContext: { fsGroup: 5054 } } },
    { path: ['spec', 'securityContext', 'fsGroup'], value: 5054 },
  ],
  [
    'uid-conflict',
    { spec: { containers: [APP], securityContext: { supplementalGroups: [1, 5054] } } },
    { path: ['spec', 'securityContext', 'supplementalGroups', 1], value: 5054 },
  ],
  [
    'volume-conflict',
    {
      spec: { containers: [APP], volumes: [{ name: 'a' }, { name: 'v', hostPath: { path: '/' } }] },
      settings: { pod: { volumes: [{ name: 'v' }] } },
    },
    { path: ['spec', 'volumes', 1, 'name'], value: 'v' },
  ],
  [
    'volume-conflict',
    {
      spec: { containers: [APP, { name: 'two', volumeDevices: [{ name: 'a' }, { name: 'v' }] }] },
      settings: { pod: { volumes: [{ name: 'v' }] } },
    },
    { path: ['spec', 'containers', 1, 'volumeDevices', 1, 'name'], value: 'v' },
  ],
];

describe(explain.name, () => {
  it('lists every evaluated rule in order, with the facts that it read', () => {
    const { steps } = explained({ namespace: { 'proxy-injection': 'disabled' } });
    const excluded = ['kube-system', 'kube-public', 'kube-node-lease'];
    const annotations = ['metadata', 'annotations'];
    const name = { source: 'pod', path: ['spec', 'containers', 0, 'name'], value: 'app' };
    const initContainers = ['spec', 'initContainers', '*'];
    const noInit = {
      source: 'pod',
      path: ['spec', 'initContainers', '*', 'name'],
      value: undefined,
    };
    assert.deepEqual(
      steps.map(({ reason, holds, facts }) => ({ reason, holds, facts })),
      [
        {
          reason: 'not-applicable',
          holds: false,
          facts: [
            { source: 'request', path: ['operation'], value: 'CREATE' },
            { source: 'request', path: ['kind'], value: '/v1/Pod' },
            { source: 'request', path: ['subResource'], value: '' },
          ],
        },
        {
          reason: 'malformed-pod',
          holds: false,
          facts: [
            {
              source: 'pod',
              path: [],
              value: subject({}).object,
            },
          ],
        },
        {
          reason: 'mirror-pod',
          holds: false,
          facts: [{ source: 'pod', path: [...annotations, 'kubernetes.io/config.mirror'], value: undefined }],
        },
        {
          reason: 'namespace-excluded',
          holds: false,
          facts: [
            { source: 'request', path: ['namespace'], value: 'shop' },
            { source: 'settings', path: ['excludedNamespaces'], value: excluded },
          ],
        },
        {
          reason: 'already-injected',
          holds: false,
          facts: [
            { source: 'pod', path: [...annotations, 'proxy-injection/status'], value: undefined },
            noInit,
            name,
            { source: 'pod', path: [...initContainers, 'restartPolicy'], value: undefined },
            { source: 'pod', path: [...initContainers, 'env', '*', 'name'], value: undefined },
            { source: 'pod', path: [...initContainers, 'ports', '*'], value: undefined },
            { source: 'pod', path: ['spec', 'containers', '*', 'ports', '*'], value: undefined },
          ],
        },
        { reason: 'sidecar-present', holds: false, facts: [noInit, name] },
        {
          reason: 'foreign-proxy',
          holds: false,
          facts: [
            noInit,
            name,
            { source: 'pod', path: annotations, value: undefined },
            { source: 'pod', path: ['metadata', 'labels'], value: undefined },
            { source: 'settings', path: ['foreignProxies'], value: settings().foreignProxies },
          ],
        },
        {
          reason: 'namespace-disabled',
          holds: true,
          facts: [
            { source: 'namespace', path: ['annotations', 'proxy-injection'], value: 'disabled' },
            { source: 'namespace', path: ['labels', 'proxy-injection'], value: undefined },
            { source: 'settings', path: ['ineligiblePods'], value: 'deny' },
          ],
        },
      ],
    );
  });

  it('lists all rules for an injected Pod, none of which holds', () => {
    const { steps } = explained({});
    assert.equal(steps.at(-1)?.reason, 'volume-conflict');
    assert.ok(steps.every(({ holds }) => !holds));
  });

  it('lists every override annotation, including misspelled ones', () => {
    const { steps } = explained({
      annotations: { 'proxy-injection/mode': 'native', 'proxy-injection/mod': 'native', other: 'x' },
    });
    const facts = steps.find(({ reason }) => reason === 'invalid-override')?.facts ?? [];
    assert.deepEqual(
      facts.filter(({ source, value }) => source === 'pod' && value).map(({ path }) => path.at(-1)),
      ['proxy-injection/mode', 'proxy-injection/mod'],
    );
  });

  it('shows whether a setting comes from the Pod, its namespace, or the configuration', () => {
    const { choices } = explained({
      annotations: { 'proxy-injection/mode': 'native' },
      namespace: { 'proxy-injection/mode': 'container', 'proxy-injection/log-level': 'debug' },
      settings: { proxy: { image: 'proxy:2' } },
    });
    const source = (target: string) => choices.find((choice) => choice.target === target)?.fact;
    assert.deepEqual(source('proxy.mode'), {
      source: 'pod',
      path: ['metadata', 'annotations', 'proxy-injection/mode'],
      value: 'native',
    });
    assert.equal(source('proxy.logLevel')?.source, 'namespace');
    assert.deepEqual(source('proxy.image'), {
      source: 'settings',
      path: ['proxy', 'image'],
      value: 'proxy:2',
    });
    assert.deepEqual(source('proxy.imagePullPolicy')?.value, undefined);
  });

  it("shows the proxy's user and group with the annotation that each comes from", () => {
    const uidRange = 'openshift.io/sa.scc.uid-range';
    const namespace = { [uidRange]: '1000650000/10000' };
    const { choices } = explained({ namespace, settings: { proxy: { uid: 'namespace', gid: 'namespace' } } });
    const fact = { source: 'namespace', path: ['annotations', uidRange], value: 1000659999 };
    assert.deepEqual(choices.slice(-2), [
      { target: 'proxy.uid', fact },
      { target: 'proxy.gid', fact },
    ]);
  });

  it("shows the rule about the namespace's ranges only if the proxy's user or group depends on them", () => {
    const reasons = (proxy: object) => explained({ settings: { proxy } }).steps.map(({ reason }) => reason);
    assert.equal(reasons({ gid: 'namespace' }).at(-1), 'invalid-id-range');
    assert.ok(!reasons({ gid: 7 }).includes('invalid-id-range'));
  });

  for (const [reason, given, expected] of DECISIVE_FIELDS) {
    it(`reduces the facts of ${reason} to the field that makes it hold: ${expected.path.join('.')}`, () => {
      const step = explained(given).steps.at(-1);
      const facts = step?.facts.filter(({ source }) => source === 'pod');
      assert.deepEqual([step?.reason, facts], [reason, [{ source: 'pod', ...expected }]]);
    });
  }

  it('has no choices for a Pod that is not injected', () => {
    assert.deepEqual(explained({ spec: { hostNetwork: true } }).choices, []);
  });
});
