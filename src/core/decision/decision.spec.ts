import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CONFIG_HASH, settings, subject } from '../../../test/support/core-cases.js';
import type { JsonObject } from '../values/json.js';
import { decide, type Injected } from './decision.js';
import { REASONS, type Reason } from './reasons.js';

const INJECTED = { 'proxy-injection/status': 'injected' };
const INIT = { name: 'init-iptables', env: [{ name: 'PROXY_INIT_RULES_IPV4', value: '*nat' }] };
const PROXY = {
  name: 'proxy-sidecar',
  ports: [{ containerPort: 1 }, { containerPort: 2, protocol: 'UDP' }],
};
const NATIVE_PROXY = { ...PROXY, restartPolicy: 'Always' };
const CONTAINER_MODE = { containers: [{ name: 'app' }, PROXY], initContainers: [INIT] };
const NATIVE_MODE = { initContainers: [INIT, NATIVE_PROXY] };

const VOLUME = { name: 'certs', secret: { secretName: 'proxy' } };
const CERTS = { pod: { volumes: [VOLUME] } };
const MOUNT = { name: 'certs', mountPath: '/certs' };
const RANGES = {
  'openshift.io/sa.scc.uid-range': '1000650000/10000',
  'openshift.io/sa.scc.supplemental-groups': '1000640000/10000',
};
const FROM_NAMESPACE = { proxy: { uid: 'namespace', gid: 'namespace' } } as const;
const withCerts = (volume: JsonObject) => ({ spec: { volumes: [volume] }, settings: CERTS });

/** The truth table: test name, subject, reason. */
const TABLE: readonly (readonly [string, Parameters<typeof subject>[0], Reason])[] = [
  ['injects a plain Pod', {}, 'injected'],
  [
    'treats a request without kind and operation as the creation of a Pod',
    { request: { kind: undefined, operation: undefined } },
    'injected',
  ],
  ['skips an UPDATE', { request: { operation: 'UPDATE' } }, 'not-applicable'],
  ['skips a DELETE without an object', { request: { operation: 'DELETE' }, object: null }, 'not-applicable'],
  ['skips another kind', { request: { kind: 'apps/v1/Deployment' } }, 'not-applicable'],
  ['skips a kind named Pod in another group', { request: { kind: 'example.com/v1/Pod' } }, 'not-applicable'],
  [
    'skips an object of another kind if the request has no kind',
    { request: { kind: undefined }, object: { apiVersion: 'apps/v1', kind: 'Deployment' } },
    'not-applicable',
  ],
  ['skips a subresource', { request: { subResource: 'ephemeralcontainers' } }, 'not-applicable'],
  ['skips a missing object', { object: null }, 'malformed-pod'],
  ['skips a Pod without containers', { spec: { containers: [] } }, 'malformed-pod'],
  ['skips a mirror Pod', { annotations: { 'kubernetes.io/config.mirror': 'x' } }, 'mirror-pod'],
  ['skips an excluded namespace', { request: { namespace: 'kube-system' } }, 'namespace-excluded'],
  [
    'recognizes a Pod injected in container mode',
    { annotations: INJECTED, spec: CONTAINER_MODE },
    'already-injected',
  ],
  [
    'recognizes a Pod injected in native mode',
    { annotations: INJECTED, spec: NATIVE_MODE },
    'already-injected',
  ],
  [
    'recognizes an injected Pod even if its namespace is now disabled',
    { annotations: INJECTED, spec: CONTAINER_MODE, namespace: { 'proxy-injection': 'disabled' } },
    'already-injected',
  ],
  ['injects a Pod that has only the status annotation', { annotations: INJECTED }, 'injected'],
  [
    'does not inject a Pod with containers of the same names but without the status annotation',
    { spec: CONTAINER_MODE },
    'sidecar-present',
  ],
  [
    'does not recognize a Pod with two containers that only have the names',
    {
      annotations: INJECTED,
      spec: {
        containers: [{ name: 'proxy-sidecar', image: 'pause' }],
        initContainers: [{ name: 'init-iptables', image: 'pause' }],
      },
    },
    'sidecar-present',
  ],
  [
    'does not recognize a Pod whose init container has no rules',
    {
      annotations: INJECTED,
      spec: { ...CONTAINER_MODE, initContainers: [{ ...INIT, env: [{ name: 'A' }] }] },
    },
    'sidecar-present',
  ],
  [
    'does not recognize a Pod whose init container is a container',
    { annotations: INJECTED, spec: { containers: [INIT, PROXY] } },
    'sidecar-present',
  ],
  [
    'does not recognize a Pod whose proxy has no port for UDP',
    {
      annotations: INJECTED,
      spec: { ...CONTAINER_MODE, containers: [{ ...PROXY, ports: [{ containerPort: 1 }] }] },
    },
    'sidecar-present',
  ],
  [
    'does not recognize a Pod whose proxy has no port for TCP',
    {
      annotations: INJECTED,
      spec: { ...CONTAINER_MODE, containers: [{ ...PROXY, ports: [{ protocol: 'UDP' }] }] },
    },
    'sidecar-present',
  ],
  [
    'does not recognize a Pod whose proxy ends before the app starts',
    { annotations: INJECTED, spec: { initContainers: [INIT, PROXY] } },
    'sidecar-present',
  ],
  [
    'does not recognize a Pod with another status',
    { annotations: { 'proxy-injection/status': 'skipped' }, spec: CONTAINER_MODE },
    'sidecar-present',
  ],
  [
    'does not inject a Pod that has only the init container',
    { annotations: INJECTED, spec: { initContainers: [{ name: 'init-iptables' }] } },
    'sidecar-present',
  ],
  [
    'does not inject a Pod with a cortexflow-proxy container',
    { spec: { containers: [{ name: 'app' }, { name: 'my-cortexflow-proxy-1' }] } },
    'sidecar-present',
  ],
  [
    'does not inject a Pod with a native cortexflow-proxy',
    { spec: { initContainers: [{ name: 'cortexflow-proxy' }] } },
    'sidecar-present',
  ],
  [
    'does not inject a Pod with the proxy of another mesh',
    { spec: { containers: [{ name: 'app' }, { name: 'istio-proxy' }] } },
    'foreign-proxy',
  ],
  [
    'does not inject a Pod with the proxy of another mesh, even if its namespace is disabled',
    {
      spec: { containers: [{ name: 'app' }, { name: 'istio-proxy' }] },
      namespace: { 'proxy-injection': 'disabled' },
    },
    'foreign-proxy',
  ],
  [
    'does not inject into a disabled namespace',
    { namespace: { 'proxy-injection': 'disabled' } },
    'namespace-disabled',
  ],
  [
    'does not let a Pod opt in to a disabled namespace',
    { namespace: { 'proxy-injection': 'disabled' }, annotations: { 'proxy-injection': 'enabled' } },
    'namespace-disabled',
  ],
  [
    'does not inject into a namespace labeled disabled',
    { namespaceLabels: { 'proxy-injection': 'disabled' } },
    'namespace-disabled',
  ],
  [
    'does not let a Pod labeled enabled opt in to a namespace labeled disabled',
    { namespaceLabels: { 'proxy-injection': 'disabled' }, labels: { 'proxy-injection': 'enabled' } },
    'namespace-disabled',
  ],
  [
    'does not inject a Pod annotated disabled',
    { annotations: { 'proxy-injection': 'disabled' } },
    'pod-disabled',
  ],
  ['does not inject a Pod labeled disabled', { labels: { 'proxy-injection': 'disabled' } }, 'pod-disabled'],
  ['does not inject a Pod on the host network', { spec: { hostNetwork: true } }, 'host-network'],
  ['does not inject a Pod whose OS is Windows', { spec: { os: { name: 'windows' } } }, 'windows-pod'],
  [
    'does not inject a Pod that selects Windows nodes',
    { spec: { nodeSelector: { 'kubernetes.io/os': 'windows' } } },
    'windows-pod',
  ],
  [
    'injects a Pod that selects Linux nodes',
    { spec: { os: { name: 'linux' }, nodeSelector: { 'kubernetes.io/os': 'linux' } } },
    'injected',
  ],
  ['denies an invalid override', { annotations: { 'proxy-injection/mode': 'sidecar' } }, 'invalid-override'],
  [
    'denies an override that is not allowed',
    { annotations: { 'proxy-injection/image': 'proxy:2' } },
    'invalid-override',
  ],
  [
    'denies an invalid override on the namespace',
    { namespace: { 'proxy-injection/mode': 'sidecar' } },
    'invalid-override',
  ],
  [
    'denies a toggle that is neither enabled nor disabled',
    { annotations: { 'proxy-injection': 'false' } },
    'invalid-override',
  ],
  ...['false', 'true', 'Disabled', 'disabled ', ''].map(
    (value) =>
      [
        `denies a label that is neither enabled nor disabled, as it does the annotation: ${JSON.stringify(value)}`,
        { labels: { 'proxy-injection': value }, annotations: { 'proxy-injection': 'enabled' } },
        'invalid-override',
      ] as const,
  ),
  [
    'injects a Pod whose namespace has a label that is neither, but warns',
    { namespaceLabels: { 'proxy-injection': 'true' } },
    'injected',
  ],
  [
    "denies a container on the proxy's TCP port",
    { spec: { containers: [{ name: 'app', ports: [{ containerPort: 5054 }] }] } },
    'port-conflict',
  ],
  [
    "denies a container on the proxy's UDP port",
    { spec: { containers: [{ name: 'app', ports: [{ containerPort: 5053, protocol: 'UDP' }] }] } },
    'port-conflict',
  ],
  [
    "allows a container to use the proxy's UDP port for TCP",
    { spec: { containers: [{ name: 'app', ports: [{ containerPort: 5053, protocol: 'TCP' }] }] } },
    'injected',
  ],
  [
    "denies a native sidecar on the proxy's port",
    {
      spec: { initContainers: [{ name: 'log', restartPolicy: 'Always', ports: [{ containerPort: 5054 }] }] },
    },
    'port-conflict',
  ],
  [
    "allows an init container on the proxy's port, because it exits before the proxy starts",
    { spec: { initContainers: [{ name: 'init', ports: [{ containerPort: 5054 }] }] } },
    'injected',
  ],
  [
    'denies an init container on the port of a native proxy',
    {
      annotations: { 'proxy-injection/mode': 'native' },
      spec: { initContainers: [{ name: 'init', ports: [{ containerPort: 5054 }] }] },
    },
    'port-conflict',
  ],
  [
    "denies a container that runs as the proxy's user",
    { spec: { containers: [{ name: 'app', securityContext: { runAsUser: 5054 } }] } },
    'uid-conflict',
  ],
  [
    "denies a Pod that runs as the proxy's user",
    { spec: { securityContext: { runAsUser: 5054 } } },
    'uid-conflict',
  ],
  [
    "denies a container that runs as the proxy's group, which is not redirected either",
    { spec: { containers: [{ name: 'app', securityContext: { runAsGroup: 5054 } }] } },
    'uid-conflict',
  ],
  [
    "denies a Pod that runs as the proxy's group",
    { spec: { securityContext: { runAsGroup: 5054 } } },
    'uid-conflict',
  ],
  [
    "denies a Pod whose fsGroup is the proxy's group, because its processes could choose to bypass the redirect",
    { spec: { securityContext: { fsGroup: 5054 } } },
    'uid-conflict',
  ],
  [
    "denies a Pod with the proxy's group among its supplemental groups",
    { spec: { securityContext: { supplementalGroups: [1, 5054] } } },
    'uid-conflict',
  ],
  [
    "denies a Pod with the proxy's fsGroup even if its containers run as another group",
    {
      spec: {
        securityContext: { fsGroup: 5054 },
        containers: [{ name: 'app', securityContext: { runAsGroup: 1 } }],
      },
    },
    'uid-conflict',
  ],
  [
    "injects a Pod whose users and groups are the first of the namespace's ranges, which OpenShift assigns",
    {
      namespace: RANGES,
      settings: FROM_NAMESPACE,
      spec: {
        securityContext: { fsGroup: 1000640000 },
        containers: [{ name: 'app', securityContext: { runAsUser: 1000650000 } }],
      },
    },
    'injected',
  ],
  [
    "denies a container that runs as the last user of the namespace's range, which the proxy has",
    {
      namespace: RANGES,
      settings: FROM_NAMESPACE,
      spec: { containers: [{ name: 'app', securityContext: { runAsUser: 1000659999 } }] },
    },
    'uid-conflict',
  ],
  [
    "denies a Pod whose fsGroup is the last of the namespace's range",
    {
      namespace: RANGES,
      settings: FROM_NAMESPACE,
      spec: { securityContext: { fsGroup: 1000649999 } },
    },
    'uid-conflict',
  ],
  [
    "allows the default user if the proxy has one of the namespace's range",
    { namespace: RANGES, settings: FROM_NAMESPACE, spec: { securityContext: { runAsUser: 5054 } } },
    'injected',
  ],
  [
    "denies a Pod in a namespace without a range if the proxy's user depends on it",
    { settings: FROM_NAMESPACE },
    'invalid-id-range',
  ],
  [
    'denies such a Pod also if ineligible Pods are admitted',
    { settings: { ...FROM_NAMESPACE, ineligiblePods: 'admit' } },
    'invalid-id-range',
  ],
  [
    'lets a Pod opt out in a namespace without a range',
    { settings: FROM_NAMESPACE, annotations: { 'proxy-injection': 'disabled' } },
    'pod-disabled',
  ],
  [
    'recognizes an injected Pod in a namespace that has lost its range',
    { settings: FROM_NAMESPACE, annotations: INJECTED, spec: CONTAINER_MODE },
    'already-injected',
  ],
  [
    "ignores invalid ranges of the namespace if the proxy's user does not depend on them",
    { namespace: { 'openshift.io/sa.scc.uid-range': 'x' } },
    'injected',
  ],
  [
    'allows a Pod with other groups',
    { spec: { securityContext: { fsGroup: 5053, supplementalGroups: [1, 2] } } },
    'injected',
  ],
  [
    "allows a container with another user than its Pod, which runs as the proxy's user",
    {
      spec: {
        securityContext: { runAsUser: 5054 },
        containers: [{ name: 'app', securityContext: { runAsUser: 1 } }],
      },
    },
    'injected',
  ],
  [
    'denies a volume with the name of one that is added',
    { spec: { volumes: [{ name: 'certs', emptyDir: {} }] }, settings: CERTS },
    'volume-conflict',
  ],
  [
    'denies one of two volumes with the name of one that is added if only the other is the same',
    { spec: { volumes: [VOLUME, { name: 'certs', emptyDir: {} }] }, settings: CERTS },
    'volume-conflict',
  ],
  ['reuses a volume that is the same as the one that is added', withCerts(VOLUME), 'injected'],
  [
    'reuses a volume that is the same but for the defaults of the API server',
    withCerts({ name: 'certs', secret: { secretName: 'proxy', defaultMode: 420 } }),
    'injected',
  ],
  [
    'denies a container that mounts a volume that only the injector adds',
    { spec: { containers: [{ name: 'app', volumeMounts: [MOUNT] }] }, settings: CERTS },
    'volume-conflict',
  ],
  [
    'denies a container with a block device that only the injector adds',
    { spec: { containers: [{ name: 'app', volumeDevices: [MOUNT] }] }, settings: CERTS },
    'volume-conflict',
  ],
  [
    'denies an init container that mounts a volume that only the injector adds',
    { spec: { initContainers: [{ name: 'init', volumeMounts: [{ name: 'a' }, MOUNT] }] }, settings: CERTS },
    'volume-conflict',
  ],
  [
    'allows a container to mount a volume that its Pod defines the same',
    {
      spec: { containers: [{ name: 'app', volumeMounts: [MOUNT] }], volumes: [VOLUME] },
      settings: CERTS,
    },
    'injected',
  ],
  [
    'denies a Pod with resources of its own if the configuration refuses them',
    { spec: { resources: { limits: { cpu: '1' } } }, settings: { proxy: { podResources: 'refuse' } } },
    'pod-resources',
  ],
  [
    'denies a Pod whose own resources cannot grow',
    { spec: { resources: { limits: { cpu: 'x' } } }, settings: { proxy: { podResources: 'grow' } } },
    'pod-resources',
  ],
  [
    'injects a Pod without resources of its own, whatever the configuration says about those',
    { spec: { resources: {} }, settings: { proxy: { podResources: 'refuse' } } },
    'injected',
  ],
  [
    'leaves a mount of an undefined volume to the API server, which rejects the Pod',
    { spec: { containers: [{ name: 'app', volumeMounts: [{ name: 'gone' }] }] }, settings: CERTS },
    'injected',
  ],
];

describe(decide.name, () => {
  for (const [name, given, reason] of TABLE) {
    it(name, () => {
      const decision = decide(subject(given));
      assert.equal(decision.outcome === 'namespace-needed' ? decision.outcome : decision.reason, reason);
    });
  }

  it('is tested with every reason', () => {
    const covered = new Set(TABLE.map(([, , reason]) => reason));
    assert.deepEqual(
      Object.keys(REASONS).filter((reason) => !covered.has(reason as Reason)),
      [],
    );
  });

  it('needs the namespace only if no earlier rule decides', () => {
    const outcome = (given: Parameters<typeof subject>[0]) =>
      decide({ ...subject(given), namespace: undefined }).outcome;
    assert.equal(outcome({}), 'namespace-needed');
    assert.equal(outcome({ request: { operation: 'UPDATE' } }), 'skipped');
    assert.equal(outcome({ request: { namespace: 'kube-system' } }), 'skipped');
    assert.equal(outcome({ spec: { containers: [{ name: 'cortexflow-proxy' }] } }), 'denied');
  });

  const INELIGIBLE: readonly [Reason, Parameters<typeof subject>[0]][] = [
    ['sidecar-present', { spec: { containers: [{ name: 'cortexflow-proxy' }] } }],
    ['namespace-disabled', { namespace: { 'proxy-injection': 'disabled' } }],
    ['pod-disabled', { annotations: { 'proxy-injection': 'disabled' } }],
    ['host-network', { spec: { hostNetwork: true } }],
    ['windows-pod', { spec: { os: { name: 'windows' } } }],
  ];
  for (const [reason, given] of INELIGIBLE) {
    it(`denies an ineligible Pod (${reason}) by default, with the message of the reason`, () => {
      assert.deepEqual(decide(subject(given)), { outcome: 'denied', reason, message: REASONS[reason] });
    });

    it(`admits an ineligible Pod (${reason}) with a warning if ineligiblePods is admit`, () => {
      const asked = subject({ ...given, settings: { ineligiblePods: 'admit' } });
      const warnings = [`proxy-injection: ${REASONS[reason]}`];
      const skipped = { outcome: 'skipped', reason, message: REASONS[reason], warnings };
      assert.deepEqual(decide(asked), { ...skipped, recordedOn: asked.object });
      const settings = { ...asked.settings, annotateOutcome: 'disabled' } as const;
      assert.deepEqual(decide({ ...asked, settings }), skipped);
    });
  }

  it('denies conflicts even if ineligiblePods is admit', () => {
    const given = {
      spec: { securityContext: { runAsUser: 5054 } },
      settings: settings({ ineligiblePods: 'admit' }),
    };
    assert.equal(decide(subject(given)).outcome, 'denied');
  });

  it('lists every violation of the overrides', () => {
    const decision = decide(
      subject({
        annotations: { 'proxy-injection/mode': 'sidecar', 'proxy-injection/image': 'proxy:2' },
        namespace: { 'proxy-injection/cpu-limit': 'lots' },
      }),
    );
    assert.equal(decision.outcome, 'denied');
    assert.equal(
      'message' in decision && decision.message,
      'The Pod or its namespace has invalid proxy-injection annotations or labels. ' +
        'pod annotation proxy-injection/image: expected no value (the operator does not allow this override), got "proxy:2"; ' +
        'pod annotation proxy-injection/mode: expected container or native, got "sidecar"; ' +
        'namespace annotation proxy-injection/cpu-limit: expected a Kubernetes quantity, such as 100m or 64Mi, got "lots"',
    );
  });

  it('names the container that conflicts', () => {
    const spec = { containers: [{ name: 'app' }, { name: 'two', ports: [{ containerPort: 5054 }] }] };
    const decision = decide(subject({ spec }));
    assert.equal(
      'message' in decision && decision.message,
      'A container uses one of the proxy\'s ports. Container "two": port 5054/TCP.',
    );
  });

  it('names the container and the volume that it must not mount', () => {
    const spec = { containers: [{ name: 'app', volumeMounts: [MOUNT] }] };
    const decision = decide(subject({ spec, settings: CERTS }));
    assert.equal(
      'message' in decision && decision.message,
      'The Pod uses the name of a volume that the injector adds. Container "app": volume "certs".',
    );
  });

  it('names the malformed field, also in a warning', () => {
    const decision = decide(subject({ spec: { containers: 'app' } }));
    const message = `${REASONS['malformed-pod']} spec.containers: expected a list, got a string`;
    const warnings = [`proxy-injection: ${message}`];
    assert.deepEqual(decision, { outcome: 'skipped', reason: 'malformed-pod', message, warnings });
  });

  const REINJECTED: readonly [string, string | undefined, string[]][] = [
    ['does not warn about a Pod injected with the same configuration', CONFIG_HASH, []],
    [
      'warns about a Pod injected with another configuration',
      'fedcba9876543210',
      ['injected with another configuration (hash fedcba9876543210, now 0123456789abcdef)'],
    ],
    [
      'warns about a Pod injected with an unknown configuration',
      undefined,
      ['injected with another configuration (hash unknown, now 0123456789abcdef)'],
    ],
    [
      'does not quote an annotation that cannot be a hash',
      `"\n${'x'.repeat(200)}`,
      ['injected with another configuration (hash unknown, now 0123456789abcdef)'],
    ],
  ];
  for (const [name, hash, expected] of REINJECTED) {
    it(name, () => {
      const annotations = { ...INJECTED, ...(hash !== undefined && { 'proxy-injection/config-hash': hash }) };
      const decision = decide(subject({ annotations, spec: CONTAINER_MODE }));
      const warnings = expected.map((text) => `proxy-injection: ${text}`);
      const reason = 'already-injected';
      assert.deepEqual(decision, { outcome: 'skipped', reason, message: REASONS[reason], warnings });
      assert.ok(warnings.every(({ length }) => length <= 120));
    });
  }

  const SETUP = { name: 'setup' };
  const WAIT = { name: 'wait', restartPolicy: 'Always' };
  const DECOY = { name: 'init-iptables' };
  /** Test name, init containers of a Pod injected in container mode, index of the one to move. */
  const INIT_ORDERS: readonly (readonly [string, readonly object[], number | undefined])[] = [
    ['keeps an init container that is alone', [INIT], undefined],
    ['keeps an init container that is last', [SETUP, WAIT, INIT], undefined],
    ["moves an init container before one of the Pod's", [INIT, SETUP], 0],
    ['moves an init container between those of the Pod', [SETUP, INIT, SETUP, SETUP], 1],
    ["moves an init container before a native sidecar of the Pod's", [INIT, WAIT], 0],
    ['moves its own init container, not one of that name', [DECOY, INIT, SETUP], 1],
    ['keeps both containers of native mode first', [INIT, NATIVE_PROXY, SETUP], undefined],
  ];
  for (const [name, initContainers, misplacedInit] of INIT_ORDERS) {
    it(name, () => {
      const annotations = { ...INJECTED, 'proxy-injection/config-hash': CONFIG_HASH };
      const containers = initContainers.includes(NATIVE_PROXY) ? [SETUP] : [SETUP, PROXY];
      const moved = misplacedInit === undefined ? '' : ' Its init container was moved to the end.';
      assert.deepEqual(decide(subject({ annotations, spec: { containers, initContainers } })), {
        outcome: 'skipped',
        reason: 'already-injected',
        message: `The Pod already has the proxy.${moved}`,
        warnings: [],
        ...(misplacedInit !== undefined && { misplacedInit }),
      });
    });
  }

  it('names the label with an invalid value', () => {
    const decision = decide(subject({ labels: { 'proxy-injection': 'false' } }));
    assert.equal(
      'message' in decision && decision.message,
      'The Pod or its namespace has invalid proxy-injection annotations or labels. ' +
        'pod label proxy-injection: expected enabled or disabled, got "false"',
    );
  });

  it('names the annotation of the namespace that does not say which user the proxy has', () => {
    const namespace = { ...RANGES, 'openshift.io/sa.scc.uid-range': '1000650000' };
    assert.deepEqual(decide(subject({ namespace, settings: FROM_NAMESPACE })), {
      outcome: 'denied',
      reason: 'invalid-id-range',
      message:
        'The namespace does not say which user and group the proxy may have. ' +
        'namespace annotation openshift.io/sa.scc.uid-range: expected a range of two or more IDs up to 2147483647, ' +
        'as START/LENGTH or START-END, got "1000650000"',
    });
  });

  it('asks for the namespace before it decides about its ranges', () => {
    const { namespace: _, ...others } = subject({ settings: FROM_NAMESPACE });
    assert.deepEqual(decide({ ...others, namespace: undefined }), { outcome: 'namespace-needed' });
  });

  it("spares the user and group of the namespace's ranges in the redirect", () => {
    const decision = decide(subject({ namespace: RANGES, settings: FROM_NAMESPACE }));
    const { uid, gid } = (decision as Injected).settings.redirect;
    assert.deepEqual({ uid, gid }, { uid: 1000659999, gid: 1000649999 });
  });
});
