import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settings, subject } from '../../../test/support/core-cases.js';
import { decide } from './decision.js';
import { REASONS, type Reason } from './reasons.js';

const INJECTED = { 'proxy-injection/status': 'injected' };
const OURS = {
  containers: [{ name: 'app' }, { name: 'proxy-sidecar' }],
  initContainers: [{ name: 'init-iptables' }],
};
const NATIVE = {
  initContainers: [{ name: 'init-iptables' }, { name: 'proxy-sidecar', restartPolicy: 'Always' }],
};

/** The truth table, a line each: what the case is, the subject, the reason. */
const TABLE: readonly [string, Parameters<typeof subject>[0], Reason][] = [
  ['injects a plain pod', {}, 'injected'],
  [
    'takes a request without kind and operation for the creation of a Pod',
    { request: { kind: undefined, operation: undefined } },
    'injected',
  ],
  ['leaves an UPDATE alone', { request: { operation: 'UPDATE' } }, 'not-applicable'],
  [
    'leaves a DELETE without an object alone',
    { request: { operation: 'DELETE' }, object: null },
    'not-applicable',
  ],
  ['leaves another kind alone', { request: { kind: 'apps/v1/Deployment' } }, 'not-applicable'],
  [
    'leaves a kind called Pod of another group alone',
    { request: { kind: 'example.com/v1/Pod' } },
    'not-applicable',
  ],
  [
    'leaves an object of another kind alone where the request has no kind',
    { request: { kind: undefined }, object: { apiVersion: 'apps/v1', kind: 'Deployment' } },
    'not-applicable',
  ],
  ['leaves a subresource alone', { request: { subResource: 'ephemeralcontainers' } }, 'not-applicable'],
  ['leaves a missing object to the API server', { object: null }, 'malformed-pod'],
  ['leaves a pod without containers to the API server', { spec: { containers: [] } }, 'malformed-pod'],
  ['leaves a mirror pod alone', { annotations: { 'kubernetes.io/config.mirror': 'x' } }, 'mirror-pod'],
  ['leaves an excluded namespace alone', { request: { namespace: 'kube-system' } }, 'namespace-excluded'],
  ['recognises what it injected as a container', { annotations: INJECTED, spec: OURS }, 'already-injected'],
  [
    'recognises what it injected as a native sidecar',
    { annotations: INJECTED, spec: NATIVE },
    'already-injected',
  ],
  [
    'recognises what it injected even where the namespace is disabled by now',
    { annotations: INJECTED, spec: OURS, namespace: { 'proxy-injection': 'disabled' } },
    'already-injected',
  ],
  ['injects where only the status annotation was copied', { annotations: INJECTED }, 'injected'],
  ['does not inject beside a proxy that somebody else named like ours', { spec: OURS }, 'sidecar-present'],
  [
    'does not inject beside our init container alone',
    { annotations: INJECTED, spec: { initContainers: [{ name: 'init-iptables' }] } },
    'sidecar-present',
  ],
  [
    'does not inject beside a cortexflow-proxy',
    { spec: { containers: [{ name: 'app' }, { name: 'my-cortexflow-proxy-1' }] } },
    'sidecar-present',
  ],
  [
    'does not inject beside a native cortexflow-proxy',
    { spec: { initContainers: [{ name: 'cortexflow-proxy' }] } },
    'sidecar-present',
  ],
  [
    'does not inject in a disabled namespace',
    { namespace: { 'proxy-injection': 'disabled' } },
    'namespace-disabled',
  ],
  [
    'does not let a pod enable itself in a disabled namespace',
    { namespace: { 'proxy-injection': 'disabled' }, annotations: { 'proxy-injection': 'enabled' } },
    'namespace-disabled',
  ],
  [
    'does not inject a pod that is annotated disabled',
    { annotations: { 'proxy-injection': 'disabled' } },
    'pod-disabled',
  ],
  [
    'does not inject a pod that is labelled disabled',
    { labels: { 'proxy-injection': 'disabled' } },
    'pod-disabled',
  ],
  ['does not redirect the node', { spec: { hostNetwork: true } }, 'host-network'],
  ['does not inject a pod whose os is windows', { spec: { os: { name: 'windows' } } }, 'windows-pod'],
  [
    'does not inject a pod that selects windows nodes',
    { spec: { nodeSelector: { 'kubernetes.io/os': 'windows' } } },
    'windows-pod',
  ],
  [
    'injects a pod that selects linux nodes',
    { spec: { os: { name: 'linux' }, nodeSelector: { 'kubernetes.io/os': 'linux' } } },
    'injected',
  ],
  [
    'refuses an override that does not parse',
    { annotations: { 'proxy-injection/mode': 'sidecar' } },
    'invalid-override',
  ],
  [
    'refuses an override that is not allowed',
    { annotations: { 'proxy-injection/image': 'proxy:2' } },
    'invalid-override',
  ],
  [
    'refuses a namespace override that does not parse',
    { namespace: { 'proxy-injection/mode': 'sidecar' } },
    'invalid-override',
  ],
  [
    'refuses a switch that is neither enabled nor disabled',
    { annotations: { 'proxy-injection': 'false' } },
    'invalid-override',
  ],
  [
    "refuses a container on the proxy's TCP port",
    { spec: { containers: [{ name: 'app', ports: [{ containerPort: 5054 }] }] } },
    'port-conflict',
  ],
  [
    "refuses a container on the proxy's UDP port",
    { spec: { containers: [{ name: 'app', ports: [{ containerPort: 5053, protocol: 'UDP' }] }] } },
    'port-conflict',
  ],
  [
    'lets a container use the UDP port for TCP',
    { spec: { containers: [{ name: 'app', ports: [{ containerPort: 5053, protocol: 'TCP' }] }] } },
    'injected',
  ],
  [
    "refuses a native sidecar on the proxy's port",
    {
      spec: { initContainers: [{ name: 'log', restartPolicy: 'Always', ports: [{ containerPort: 5054 }] }] },
    },
    'port-conflict',
  ],
  [
    'lets an init container, which ends before the proxy starts, use its port',
    { spec: { initContainers: [{ name: 'init', ports: [{ containerPort: 5054 }] }] } },
    'injected',
  ],
  [
    'refuses an init container on the port of a native proxy',
    {
      annotations: { 'proxy-injection/mode': 'native' },
      spec: { initContainers: [{ name: 'init', ports: [{ containerPort: 5054 }] }] },
    },
    'port-conflict',
  ],
  [
    "refuses a container that runs as the proxy's user",
    { spec: { containers: [{ name: 'app', securityContext: { runAsUser: 5054 } }] } },
    'uid-conflict',
  ],
  [
    "refuses a pod that runs as the proxy's user",
    { spec: { securityContext: { runAsUser: 5054 } } },
    'uid-conflict',
  ],
  [
    "refuses a container that runs as the proxy's group, which is not redirected either",
    { spec: { containers: [{ name: 'app', securityContext: { runAsGroup: 5054 } }] } },
    'uid-conflict',
  ],
  [
    "refuses a pod that runs as the proxy's group",
    { spec: { securityContext: { runAsGroup: 5054 } } },
    'uid-conflict',
  ],
  [
    "lets a container differ from a pod that runs as the proxy's user",
    {
      spec: {
        securityContext: { runAsUser: 5054 },
        containers: [{ name: 'app', securityContext: { runAsUser: 1 } }],
      },
    },
    'injected',
  ],
  [
    'refuses a volume with the name of one that is added',
    { spec: { volumes: [{ name: 'certs' }] }, settings: { pod: { volumes: [{ name: 'certs' }] } } },
    'volume-conflict',
  ],
];

describe('decide', () => {
  for (const [name, given, reason] of TABLE) {
    it(name, () => {
      const decision = decide(subject(given));
      assert.equal(decision.outcome === 'namespace-needed' ? decision.outcome : decision.reason, reason);
    });
  }

  it('has a row for every reason', () => {
    const covered = new Set(TABLE.map(([, , reason]) => reason));
    assert.deepEqual(
      Object.keys(REASONS).filter((reason) => !covered.has(reason as Reason)),
      [],
    );
  });

  it('asks for the namespace only when a rule gets there', () => {
    const without = (given: Parameters<typeof subject>[0]) =>
      decide({ ...subject(given), namespace: undefined }).outcome;
    assert.equal(without({}), 'namespace-needed');
    assert.equal(without({ request: { operation: 'UPDATE' } }), 'skipped');
    assert.equal(without({ request: { namespace: 'kube-system' } }), 'skipped');
    assert.equal(without({ spec: { containers: [{ name: 'cortexflow-proxy' }] } }), 'denied');
  });

  const INELIGIBLE: readonly [Reason, Parameters<typeof subject>[0]][] = [
    ['sidecar-present', { spec: { containers: [{ name: 'cortexflow-proxy' }] } }],
    ['namespace-disabled', { namespace: { 'proxy-injection': 'disabled' } }],
    ['pod-disabled', { annotations: { 'proxy-injection': 'disabled' } }],
    ['host-network', { spec: { hostNetwork: true } }],
    ['windows-pod', { spec: { os: { name: 'windows' } } }],
  ];
  for (const [reason, given] of INELIGIBLE) {
    it(`refuses an ineligible pod (${reason}) by default, with the sentence of the reason`, () => {
      assert.deepEqual(decide(subject(given)), { outcome: 'denied', reason, message: REASONS[reason] });
    });

    it(`admits an ineligible pod (${reason}) with a warning where the configuration says so`, () => {
      const decision = decide(subject({ ...given, settings: { ineligiblePods: 'admit' } }));
      const warnings = [`proxy-injection: ${REASONS[reason]}`];
      assert.deepEqual(decision, { outcome: 'skipped', reason, message: REASONS[reason], warnings });
    });
  }

  it('refuses conflicts and bad overrides also where ineligible pods are admitted', () => {
    const given = {
      spec: { securityContext: { runAsUser: 5054 } },
      settings: settings({ ineligiblePods: 'admit' }),
    };
    assert.equal(decide(subject(given)).outcome, 'denied');
  });

  it('names every violation of the overrides', () => {
    const decision = decide(
      subject({
        annotations: { 'proxy-injection/mode': 'sidecar', 'proxy-injection/image': 'proxy:2' },
        namespace: { 'proxy-injection/cpu-limit': 'lots' },
      }),
    );
    assert.equal(decision.outcome, 'denied');
    assert.equal(
      'message' in decision && decision.message,
      'The Pod or its namespace has invalid proxy-injection annotations. ' +
        'pod annotation proxy-injection/image: expected nothing: the operator does not allow this override, got "proxy:2"; ' +
        'pod annotation proxy-injection/mode: expected container or native, got "sidecar"; ' +
        'namespace annotation proxy-injection/cpu-limit: expected a Kubernetes quantity, such as 100m or 64Mi, got "lots"',
    );
  });

  it('says which container is in conflict', () => {
    const spec = { containers: [{ name: 'app' }, { name: 'two', ports: [{ containerPort: 5054 }] }] };
    const decision = decide(subject({ spec }));
    assert.equal(
      'message' in decision && decision.message,
      'A container of the Pod uses a port of the proxy\'s. Container "two": port 5054/TCP.',
    );
  });

  it('says what is malformed, in a warning too', () => {
    const decision = decide(subject({ spec: { containers: 'app' } }));
    const message = `${REASONS['malformed-pod']} spec.containers: expected a list, got a string`;
    const warnings = [`proxy-injection: ${message}`];
    assert.deepEqual(decision, { outcome: 'skipped', reason: 'malformed-pod', message, warnings });
  });

  it('warns of annotations that it does not know', () => {
    const decision = decide(subject({ annotations: { 'proxy-injection/cpu-requst': '1' } }));
    assert.deepEqual('warnings' in decision && decision.warnings, [
      'proxy-injection: unknown annotation proxy-injection/cpu-requst',
    ]);
  });

  it('warns of a proxy that keeps a Job from completing', () => {
    const warnings = (annotations: object) => {
      const decision = decide(subject({ annotations, spec: { restartPolicy: 'OnFailure' } }));
      return 'warnings' in decision ? decision.warnings : [];
    };
    assert.deepEqual(warnings({}), [
      'proxy-injection: the proxy keeps this Pod running after its work; set proxy-injection/mode: native',
    ]);
    assert.deepEqual(warnings({ 'proxy-injection/mode': 'native' }), []);
  });

  it('keeps warnings few and at most 120 characters long', () => {
    const annotations = Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [`proxy-injection/${'x'.repeat(150)}${i}`, '']),
    );
    const decision = decide(subject({ annotations }));
    assert.ok('warnings' in decision && decision.warnings.length === 6);
    assert.ok('warnings' in decision && decision.warnings.every(({ length }) => length <= 120));
  });
});
