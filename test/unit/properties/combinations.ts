import { isObject, type JsonObject } from '../../../src/core/values/json.js';
import type { SettingsChange } from '../../support/core-cases.js';
import { fc } from '../../support/fast-check.js';
import { additions, pods } from './pods.js';
import { resources } from './resources.js';

const GUARANTEED = { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } };

const SWITCHES = ['enabled', 'disabled'] as const;
const MODES = ['container', 'native'] as const;
const PROBES = ['proxied', 'direct'] as const;
const REDIRECT_BY = ['pod', 'node'] as const;

const changes: fc.Arbitrary<SettingsChange> = fc.record({
  annotateOutcome: fc.constantFrom(...SWITCHES),
  proxy: fc.record({
    mode: fc.constantFrom(...MODES),
    holdApplication: fc.constantFrom(...SWITCHES),
    drainSeconds: fc.constantFrom('auto', '0', '10', '60'),
    podResources: fc.constantFrom('omit', 'grow'),
    container: fc.record({
      lifecycle: fc.constant({ postStart: { exec: { command: ['wait'] } } }),
      resources,
      ports: fc.constantFrom([], [{ containerPort: 63002, protocol: 'TCP' }]),
    }),
  }),
  init: fc.record({ container: fc.record({ resources }) }),
  redirect: fc.record({
    by: fc.constantFrom(...REDIRECT_BY),
    probes: fc.constantFrom(...PROBES),
    inboundTcp: fc.constantFrom(...SWITCHES),
    inboundUdp: fc.constantFrom(...SWITCHES),
    skipInboundPorts: fc.constantFrom('', '80', '63000-63198'),
  }),
  pod: fc.oneof(
    additions,
    fc.constant({
      annotations: { 'kubectl.kubernetes.io/default-container': 'x', 'prometheus.io/port': '1' },
      volumes: [{ name: 'tmp', emptyDir: {} }, { name: 'evictable' }],
    }),
  ),
});

/** Settings of everything that a Pod can have a part in, all at once. */
export const combinations: fc.Arbitrary<SettingsChange> = changes.map((change) =>
  change.redirect?.by === 'node' ? { ...change, proxy: { ...change.proxy, mode: 'native' } } : change,
);

/** Annotations of namespaces. */
export const defaults = fc.constantFrom<{ readonly [key: string]: string }>(
  {},
  { 'proxy-injection/cpu-limit': '2', 'proxy-injection/unknown': '' },
  { 'proxy-injection/mode': 'native', 'proxy-injection/probes': 'direct' },
);

/** Overrides, unknown keys, and annotations of which the injector adds one if there is none. */
const annotations: fc.Arbitrary<JsonObject> = fc.record(
  {
    'proxy-injection/mode': fc.constantFrom(...MODES),
    'proxy-injection/redirect-by': fc.constantFrom(...REDIRECT_BY),
    'proxy-injection/redirect': fc.constant('{}'),
    'proxy-injection/probes': fc.constantFrom(...PROBES),
    'proxy-injection/hold-application': fc.constantFrom(...SWITCHES),
    'proxy-injection/drain-seconds': fc.constantFrom('3', 'auto', '40'),
    'proxy-injection/cpu-request': fc.constant('10m'),
    'proxy-injection/memory-limit': fc.constant('2Gi'),
    'proxy-injection/init-cpu-request': fc.constant('10m'),
    'proxy-injection/init-memory-limit': fc.constant('2Gi'),
    'proxy-injection/skip-inbound-ports': fc.constantFrom('80', '63000-63005'),
    'proxy-injection/unknown': fc.constant(''),
    'kubectl.kubernetes.io/default-container': fc.constant('app'),
    'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': fc.constant('a'),
    'prometheus.io/scrape': fc.constant('false'),
  },
  { requiredKeys: [] },
);

function probe(port: number): JsonObject {
  return { httpGet: { port } };
}

/** What a group of Pods may differ in. Those that have the rest in common often have the same key. */
const differences = fc.record({
  annotations: fc.oneof(fc.constant({}), annotations),
  ofPod: fc.option(resources, { nil: undefined }),
  ofContainers: fc.option(fc.oneof(resources, fc.constant(GUARANTEED)), { nil: undefined }),
  ofFirst: fc.option(
    fc.record(
      { name: fc.constantFrom('app', 'web'), livenessProbe: fc.constantFrom(probe(80), probe(8080)) },
      { requiredKeys: [] },
    ),
    { nil: undefined },
  ),
  protocol: fc.constantFrom('TCP', 'UDP'),
  terminationGracePeriodSeconds: fc.constantFrom(undefined, 0, 10, 60),
});

/** Pods that differ in what the settings are about, each also without one of its differences. */
export const groups: fc.Arbitrary<readonly JsonObject[]> = fc
  .tuple(pods, fc.array(differences, { minLength: 1, maxLength: 4 }))
  .map(([pod, all]) =>
    all.flatMap((each) =>
      [each, ...Object.keys(each).map((key) => ({ ...each, [key]: undefined }))].map((some) =>
        different(pod, some),
      ),
    ),
  );

function different(
  pod: JsonObject,
  { annotations, ofPod, ofContainers, ofFirst, protocol, terminationGracePeriodSeconds }: Partial<Difference>,
): JsonObject {
  const metadata = isObject(pod.metadata) ? pod.metadata : {};
  const spec = pod.spec as JsonObject;
  const withDifference = (containers: unknown, first?: JsonObject) =>
    Array.isArray(containers)
      ? containers.map((container, index) => ({
          ...container,
          ...(index === 0 && first),
          ...(ofContainers && { resources: ofContainers }),
          ...(protocol && container.ports && { ports: withProtocol(container.ports, protocol) }),
        }))
      : containers;
  const changed = {
    ...pod,
    ...(annotations && {
      metadata: { ...metadata, annotations: { ...(metadata.annotations ?? {}), ...annotations } },
    }),
    spec: {
      ...spec,
      containers: withDifference(spec.containers, ofFirst),
      ...(spec.initContainers !== undefined && { initContainers: withDifference(spec.initContainers) }),
      ...(ofPod && { resources: ofPod }),
      ...(terminationGracePeriodSeconds !== undefined && { terminationGracePeriodSeconds }),
    },
  };
  return JSON.parse(JSON.stringify(changed)); // with the prototypes of `patched`
}

type Difference = typeof differences extends fc.Arbitrary<infer T> ? T : never;

function withProtocol(ports: readonly object[], protocol: string): object[] {
  return ports.map((port) => ({ ...port, protocol }));
}
