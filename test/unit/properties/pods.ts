import { OWN_ANNOTATIONS } from '../../../src/core/pod/annotations.js';
import type { ProxySettings } from '../../../src/core/settings/settings.js';
import { isObject, type JsonObject } from '../../../src/core/values/json.js';
import { fc } from '../../support/fast-check.js';

/** Keys and names that often break programs. */
const ODD = [
  '__proto__',
  'constructor',
  'toString',
  'a/b',
  'c~d',
  '~1',
  '~0/',
  '',
  ' ',
  '%',
  '"',
  '}{',
  '\u2028',
  'é',
  '-',
  '0',
];

const word = fc.oneof(
  fc.constantFrom(...ODD),
  fc.string({ maxLength: 12 }),
  fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/),
);

/** A map as from `JSON.parse`, in which `__proto__` is an ordinary key. */
function mapOf<T>(value: fc.Arbitrary<T>, key: fc.Arbitrary<string> = word): fc.Arbitrary<JsonObject> {
  return fc.array(fc.tuple(key, value), { maxLength: 5 }).map((entries) => {
    const map = {};
    for (const [name, entry] of entries) {
      Object.defineProperty(map, name, {
        value: entry,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return map;
  });
}

/** Missing, null, or a value: the API server may send lists and maps in all three forms. */
function maybe<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> {
  return fc.oneof({ weight: 3, arbitrary }, fc.constantFrom(null, undefined));
}

function compact(object: { [key: string]: unknown }): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

const mounts = fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'tmp', 'proxy-certs') }), {
  maxLength: 2,
});

/** Numbers and names of ports, few enough to meet, with some that mean nothing. */
const portValue = fc.constantFrom<unknown>(
  80,
  8080,
  5000,
  5054,
  63000,
  63001,
  'http',
  'other',
  '80',
  0,
  null,
);

const httpGet = fc.record(
  {
    httpGet: fc.record(
      { port: portValue, path: word, host: fc.constantFrom('', 'h', null) },
      { requiredKeys: ['port'] },
    ),
    periodSeconds: fc.constant(1),
  },
  { requiredKeys: ['httpGet'] },
);
const exec = fc.record({ exec: fc.record({ command: fc.array(word, { maxLength: 2 }) }) });
const hook = fc.oneof(
  httpGet,
  exec,
  fc.constantFrom({ sleep: { seconds: 5 } }, { exec: { command: ['sh', '-c', 'sleep 60'] } }),
);
const probe = fc.oneof(
  httpGet,
  exec,
  fc.record({ tcpSocket: fc.record({ port: portValue }) }),
  fc.record({ grpc: fc.record({ service: word, port: portValue }) }),
);

/** The fields of a container whose ports may be replaced. */
const probes = fc.record(
  {
    startupProbe: maybe(probe),
    livenessProbe: maybe(probe),
    readinessProbe: maybe(probe),
    lifecycle: maybe(fc.record({ postStart: hook, preStop: hook }, { requiredKeys: [] })),
  },
  { requiredKeys: [] },
);

const container = fc
  .record({
    name: fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/),
    image: fc.constantFrom('app:1', 'other'),
    env: maybe(fc.array(mapOf(word), { maxLength: 3 })),
    ports: maybe(
      fc.array(
        fc.record(
          {
            containerPort: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.constantFrom(80, 8080, 63000)),
            name: fc.constantFrom('http', 'other'),
          },
          { requiredKeys: ['containerPort'] },
        ),
        { maxLength: 3 },
      ),
    ),
    securityContext: maybe(fc.record({ runAsUser: fc.integer({ min: 0, max: 5000 }) })),
    volumeMounts: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, mounts),
    restartPolicy: fc.constantFrom(undefined, 'Always'),
    probes: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, probes),
  })
  .map(({ probes, ...fields }) => compact({ ...fields, ...probes }));

/** The API server rejects probes of init containers that are no native sidecars. */
function asInitContainer(container: JsonObject): JsonObject {
  if (container.restartPolicy === 'Always') return container;
  const { startupProbe, livenessProbe, readinessProbe, lifecycle, ...others } = container;
  return others;
}

/** Volumes of the Pod's own; some are as {@link additions} would add them, or only named so. */
const volume = fc.oneof(
  { weight: 4, arbitrary: fc.record({ name: fc.constantFrom('a', 'b', 'tmp') }) },
  fc.constantFrom<JsonObject>(
    { name: 'proxy-certs' },
    { name: 'proxy-certs', emptyDir: {} },
    { name: 'proxy-certs', hostPath: { path: '/' } },
  ),
);

const annotationKey = fc.oneof(
  { weight: 4, arbitrary: word },
  fc.constantFrom(
    'proxy-injection/mode',
    'proxy-injection/log-level',
    'proxy-injection/cpu-limit',
    'kubectl.kubernetes.io/default-container',
    'team',
  ),
);

/** Annotations of the injector on a Pod that it has not injected: copied from another Pod, or made up. */
const stale: fc.Arbitrary<JsonObject> = fc.record(
  {
    'proxy-injection/status': fc.constantFrom('injected', 'no'),
    'proxy-injection/config-hash': fc.constantFrom('abc', '0123456789abcdef', ''),
    'proxy-injection/version': fc.constantFrom('1.0.0', '0.0.1'),
    'proxy-injection/added': fc.constantFrom(
      '',
      '{}',
      'null',
      '{"volumes":["a","b","tmp","proxy-certs"],"imagePullSecrets":["ours","theirs"]}',
      '{"labels":["","a/b","constructor","team"],"annotations":["team","__proto__"]}',
      '{"empty":["metadata","annotations","labels","initContainers"]}',
      '{"null":["metadata","annotations","initContainers","volumes"]}',
    ),
    'proxy-injection/redirect': fc.constantFrom('', '{"tcpPort":5054,"udpPort":5053,"uid":5054,"gid":5054}'),
  },
  { requiredKeys: [] },
);

const annotations = fc
  .tuple(
    mapOf(fc.constantFrom('native', 'container', '1', '100m'), annotationKey),
    fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, stale),
  )
  .map(([map, leftover]) => ({ ...map, ...leftover }));

/**
 * The Pod as removing the proxy leaves it: without the injector's annotations, and without the maps that held nothing
 * else.
 */
export function withoutOwnAnnotations(pod: JsonObject): JsonObject {
  const { metadata } = pod;
  if (!isObject(metadata) || !isObject(metadata.annotations)) return pod;
  const entries = Object.entries(metadata.annotations);
  const kept = entries.filter(([key]) => !OWN_ANNOTATIONS.includes(key));
  if (kept.length === entries.length) return pod;
  const { annotations: _, ...others } = metadata;
  if (kept.length > 0) return { ...pod, metadata: { ...others, annotations: Object.fromEntries(kept) } };
  const { metadata: __, ...rest } = pod;
  return Object.keys(others).length > 0 ? { ...rest, metadata: others } : rest;
}

/** Pods that the API server could send. Most of them can be injected. */
export const pods: fc.Arbitrary<JsonObject> = fc
  .record({
    apiVersion: fc.constant('v1'),
    kind: fc.constant('Pod'),
    metadata: maybe(
      fc
        .record({
          name: fc.constantFrom(undefined, 'web'),
          annotations: maybe(annotations),
          labels: maybe(mapOf(word)),
        })
        .map(compact),
    ),
    spec: fc
      .record({
        containers: fc.array(container, { minLength: 1, maxLength: 4 }),
        initContainers: maybe(fc.array(container.map(asInitContainer), { maxLength: 3 })),
        volumes: maybe(fc.array(volume, { maxLength: 3 })),
        imagePullSecrets: maybe(
          fc.array(fc.record({ name: fc.constantFrom('ours', 'theirs') }), { maxLength: 2 }),
        ),
        restartPolicy: fc.constantFrom(undefined, 'Always', 'Never'),
        terminationGracePeriodSeconds: fc.constantFrom(undefined, null, 0, 10),
        nodeSelector: maybe(mapOf(word)),
      })
      .map(compact),
  })
  .map(compact);

/** Settings that decide where the proxy goes and what it waits for. */
export const proxies = fc.constantFrom<Partial<ProxySettings>>(
  { mode: 'container' },
  { mode: 'native' },
  { mode: 'native', holdApplication: 'enabled', drainSeconds: '10' },
  {
    mode: 'container',
    holdApplication: 'enabled',
    drainSeconds: '10',
    container: { lifecycle: { postStart: { exec: { command: ['wait'] } } } },
  },
);

/** The section `pod` of a configuration, empty or with some of each setting. */
export const additions = fc.constantFrom(
  {},
  {
    volumes: [{ name: 'proxy-certs', emptyDir: {} }],
    imagePullSecrets: [{ name: 'ours' }],
    labels: { team: 'ours', constructor: 'ours' },
    annotations: { team: 'ours', 'example.com/a': 'ours' },
  },
);

/**
 * What other webhooks do to an injected Pod: they add init containers at the ends, and a field that the injector does
 * not know to its own.
 */
export const laterInitContainers: fc.Arbitrary<(injected: JsonObject) => JsonObject> = fc
  .tuple(fc.array(container, { maxLength: 2 }), fc.array(container, { maxLength: 3 }), mapOf(word))
  .map(([first, last, unknown]) => (injected) => {
    const spec = injected.spec as { readonly initContainers: readonly JsonObject[] };
    const own = spec.initContainers.map((each) =>
      each.name === 'init-iptables' ? { ...each, unknown, restartPolicyRules: [null, unknown] } : each,
    );
    return { ...injected, spec: { ...spec, initContainers: [...first, ...own, ...last] } };
  });
