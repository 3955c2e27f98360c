import { MIRROR_POD, PREFIX, TOGGLE } from '../core/pod/annotations.js';
import { otherPortsThanOwn, ownPortsNamed } from '../core/settings/proxy-ports.js';
import { LOG_LEVEL_VARIABLE } from '../core/settings/settings.js';
import { DNS_LABEL } from '../core/values/dns-label.js';
import { asList, asObject, isObject, type JsonObject } from '../core/values/json.js';
import { PORTS } from '../core/values/ports.js';
import {
  containerViolations,
  FIXED_IN_INIT,
  FIXED_IN_PROXY,
  FIXED_VARIABLES_IN_INIT,
  nullEntryViolations,
} from './container/container-violations.js';
import { foreignProxyViolations } from './foreign-proxy-violations.js';
import { manifestKindViolations } from './manifest-kind-violations.js';
import type { ConfigViolation } from './schema/config-violation.js';
import type { Configuration } from './schema/configuration.js';

const QUALIFIED_NAME =
  /^(?:(?=[^/]{1,253}\/)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;

/** The sources of a core/v1 Volume, without the drivers that Kubernetes has removed. */
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
 * Violations within free-form settings and between settings: values with which the API server would reject every
 * injected Pod, or that would not do what they say. Of volumes, only names and kinds of sources are checked. The rules
 * for names, labels, and annotations are from kubernetes.io/docs/concepts/overview/working-with-objects.
 */
export function semanticViolations(configuration: Configuration): ConfigViolation[] {
  const { proxy, init, redirect, pod } = configuration;
  const proxyContainer = asObject(proxy?.container);
  const initContainer = asObject(init?.container);
  const volumes = asList(pod?.volumes);
  return [
    ...foreignProxyViolations(configuration.foreignProxies),
    ...manifestKindViolations(configuration.manifests?.kinds),
    ...containerViolations(['proxy', 'container'], proxyContainer, FIXED_IN_PROXY, fixedVariables(proxy)),
    ...containerViolations(['init', 'container'], initContainer, FIXED_IN_INIT, FIXED_VARIABLES_IN_INIT),
    ...accessLogViolations(proxy),
    ...skippedPortViolations(proxy, redirect),
    ...labelViolations(['pod', 'labels'], asObject(pod?.labels)),
    ...annotationViolations(['pod', 'annotations'], asObject(pod?.annotations)),
    ...volumes.flatMap((volume, index) =>
      isObject(volume) ? nullEntryViolations(['pod', 'volumes', index], volume) : [],
    ),
    ...volumeViolations(['pod', 'volumes'], volumes),
    ...volumeSourceViolations(['pod', 'volumes'], volumes),
    ...mountViolations(['proxy', 'container', 'volumeMounts'], proxyContainer, volumes),
    ...mountViolations(['init', 'container', 'volumeMounts'], initContainer, volumes),
  ];
}

/** Next to `proxy.logLevel`, the variable that passes it to the proxy would contradict it or be superfluous. */
function fixedVariables(proxy: Configuration['proxy']): { readonly [name: string]: string } {
  if (proxy?.logLevel === undefined) return {};
  return { [LOG_LEVEL_VARIABLE]: 'another name (proxy.logLevel sets this variable)' };
}

/** Nothing but a preset configures the log of the proxy. */
function accessLogViolations(proxy: Configuration['proxy']): ConfigViolation[] {
  if (proxy?.accessLog !== 'enabled' || proxy.preset !== undefined) return [];
  const expected = 'disabled (only a preset has an access log: set proxy.preset)';
  return [{ path: ['proxy', 'accessLog'], expected, given: 'enabled' }];
}

function skippedPortViolations(
  proxy: Configuration['proxy'],
  redirect: Configuration['redirect'],
): ConfigViolation[] {
  const given = redirect?.skipInboundPorts;
  const skipInboundPorts = typeof given === 'string' ? PORTS.parse(given) : undefined;
  const ports = {
    tcpPort: proxy?.tcpPort,
    udpPort: proxy?.udpPort,
    skipInboundPorts: skipInboundPorts ?? [],
  };
  if (ownPortsNamed(ports).length === 0) return [];
  return [{ path: ['redirect', 'skipInboundPorts'], expected: otherPortsThanOwn(ports), given }];
}

function labelViolations(path: readonly string[], labels: JsonObject): ConfigViolation[] {
  return Object.entries(labels).flatMap(([key, given]): ConfigViolation[] => {
    if (isReserved(key)) return [{ path, expected: "keys other than the injector's own", given: key }];
    if (!QUALIFIED_NAME.test(key)) return [{ path, expected: 'valid label keys', given: key }];
    if (typeof given === 'string' && LABEL_VALUE.test(given)) return [];
    return [{ path: [...path, key], expected: 'a string that is a valid label value', given }];
  });
}

function annotationViolations(path: readonly string[], annotations: JsonObject): ConfigViolation[] {
  return Object.entries(annotations).flatMap(([key, given]): ConfigViolation[] => {
    if (isReserved(key))
      return [{ path, expected: `keys other than ${MIRROR_POD} and the injector's own`, given: key }];
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
    const expected = isTaken ? 'a unique name' : 'a name of lowercase letters, digits, and hyphens';
    return [{ path: [...path, index, 'name'], expected, given: name }];
  });
}

/** At most one source is valid; without one, the volume is an emptyDir. */
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
    .map((violation) => ({ ...violation, expected: 'the name of a volume in pod.volumes' }));
}

/** Keys that the injector evaluates. Adding one would change how it treats the Pod. */
function isReserved(key: string): boolean {
  return key === TOGGLE || key.startsWith(PREFIX) || key === MIRROR_POD;
}
