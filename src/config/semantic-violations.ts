import { MIRROR_POD, PREFIX, TOGGLE } from '../core/pod/annotations.js';
import { otherPortsThanOwn, ownPortsNamed } from '../core/settings/proxy-ports.js';
import { DNS_LABEL } from '../core/values/dns-label.js';
import { asList, asObject, type JsonObject } from '../core/values/json.js';
import { PORTS } from '../core/values/ports.js';
import { containerViolations, FIXED_IN_INIT, FIXED_IN_PROXY } from './container/container-violations.js';
import type { ConfigViolation } from './schema/config-violation.js';
import type { Configuration } from './schema/configuration.js';

const QUALIFIED_NAME =
  /^(?:(?=[^/]{1,253}\/)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;
/** Of a core/v1 Volume, less the drivers that Kubernetes took out. */
const VOLUME_SOURCES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'fc',
  'hostPath',
  'image',
  'iscsi',
  'nfs',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/;

/**
 * What is wrong inside the free-form settings, and between settings, so far as it is known to make the API server refuse every
 * Pod that is injected, or to do something else than was meant. Volumes are only looked at for their names and the kinds of their sources. Sources: kubernetes.io/docs/concepts/overview/working-with-objects (names, labels, annotations).
 */
export function semanticViolations({ proxy, init, redirect, pod }: Configuration): ConfigViolation[] {
  const proxyContainer = asObject(proxy?.container);
  const initContainer = asObject(init?.container);
  const volumes = asList(pod?.volumes);
  return [
    ...containerViolations(['proxy', 'container'], proxyContainer, FIXED_IN_PROXY),
    ...containerViolations(['init', 'container'], initContainer, FIXED_IN_INIT),
    ...skippedPortViolations(proxy, redirect),
    ...labelViolations(['pod', 'labels'], asObject(pod?.labels)),
    ...annotationViolations(['pod', 'annotations'], asObject(pod?.annotations)),
    ...volumeViolations(['pod', 'volumes'], volumes),
    ...volumeSourceViolations(['pod', 'volumes'], volumes),
    ...mountViolations(['proxy', 'container', 'volumeMounts'], proxyContainer, volumes),
    ...mountViolations(['init', 'container', 'volumeMounts'], initContainer, volumes),
  ];
}

function skippedPortViolations(
  proxy: Configuration['proxy'],
  redirect: Configuration['redirect'],
): ConfigViolation[] {
  const given = redirect?.skipInboundPorts;
  const skipInboundPorts = typeof given === 'string' ? PORTS.parse(given) : undefined;
  const skipped = {
    tcpPort: proxy?.tcpPort,
    udpPort: proxy?.udpPort,
    skipInboundPorts: skipInboundPorts ?? [],
  };
  if (ownPortsNamed(skipped).length === 0) return [];
  return [{ path: ['redirect', 'skipInboundPorts'], expected: otherPortsThanOwn(skipped), given }];
}

function labelViolations(path: readonly string[], labels: JsonObject): ConfigViolation[] {
  return Object.entries(labels).flatMap(([key, given]): ConfigViolation[] => {
    if (isReserved(key)) return [{ path, expected: 'keys other than ours', given: key }];
    if (!QUALIFIED_NAME.test(key)) return [{ path, expected: 'valid label keys', given: key }];
    if (typeof given === 'string' && LABEL_VALUE.test(given)) return [];
    return [{ path: [...path, key], expected: 'a label value (a string)', given }];
  });
}

function annotationViolations(path: readonly string[], annotations: JsonObject): ConfigViolation[] {
  return Object.entries(annotations).flatMap(([key, given]): ConfigViolation[] => {
    if (isReserved(key)) return [{ path, expected: `keys other than ${MIRROR_POD} and ours`, given: key }];
    if (!QUALIFIED_NAME.test(key)) return [{ path, expected: 'valid annotation keys', given: key }];
    return typeof given === 'string' ? [] : [{ path: [...path, key], expected: 'a string', given }];
  });
}

function volumeViolations(path: readonly string[], volumes: readonly unknown[]): ConfigViolation[] {
  const names = volumes.map((volume) => asObject(volume).name);
  return names.flatMap((name, index) => {
    if (typeof name !== 'string') return [];
    const isTaken = names.indexOf(name) < index;
    if (!isTaken && DNS_LABEL.test(name)) return [];
    const expected = isTaken
      ? 'a name that no other volume has'
      : 'a name of lower-case letters, digits and dashes';
    return [{ path: [...path, index, 'name'], expected, given: name }];
  });
}

/** One source at most: without any it is an emptyDir. */
function volumeSourceViolations(path: readonly string[], volumes: readonly unknown[]): ConfigViolation[] {
  return volumes.flatMap((volume, index) => {
    const sources = Object.keys(asObject(volume)).filter((field) => field !== 'name');
    const unknown = sources.filter((source) => !VOLUME_SOURCES.includes(source));
    if (unknown.length === 0 && sources.length <= 1) return [];
    return [{ path: [...path, index], expected: `one of ${VOLUME_SOURCES.join(', ')}`, given: sources }];
  });
}

function mountViolations(
  path: readonly string[],
  { volumeMounts }: JsonObject,
  volumes: readonly unknown[],
): ConfigViolation[] {
  const names = new Set(volumes.map((volume) => asObject(volume).name));
  return asList(volumeMounts)
    .map((mount, index) => ({ given: asObject(mount).name, path: [...path, index, 'name'] }))
    .filter(({ given }) => !names.has(given))
    .map((violation) => ({ ...violation, expected: 'the name of one of pod.volumes' }));
}

/** Keys that mean something to the injector: a Pod that is given one would not be recognised for what it is. */
function isReserved(key: string): boolean {
  return key === TOGGLE || key.startsWith(PREFIX) || key === MIRROR_POD;
}
