import { otherPortsThanOwn, ownPortsNamed } from '../core/settings/proxy-ports.js';
import { LOG_LEVEL_VARIABLE } from '../core/settings/settings.js';
import { asList, asObject } from '../core/values/json.js';
import { PORTS } from '../core/values/ports.js';
import {
  containerViolations,
  FIXED_IN_INIT,
  FIXED_IN_PROXY,
  FIXED_VARIABLES_IN_INIT,
} from './container/container-violations.js';
import { foreignProxyViolations } from './foreign-proxy-violations.js';
import { holdViolations } from './hold-violations.js';
import { manifestKindViolations } from './manifest-kind-violations.js';
import { annotationViolations, labelViolations } from './metadata-violations.js';
import { redirectByViolations } from './redirect-by-violations.js';
import type { ConfigViolation } from './schema/config-violation.js';
import type { Configuration } from './schema/configuration.js';
import { volumeReferenceViolations, volumeViolations } from './volumes/volume-violations.js';

/**
 * Violations within free-form settings and between settings: values with which the API server would reject every
 * injected Pod, or that would not do what they say.The rules for names, labels, and
 * annotations are from kubernetes.io/docs/concepts/overview/working-with-objects.
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
    ...holdViolations(proxy),
    ...redirectByViolations(proxy, redirect),
    ...skippedPortViolations(proxy, redirect),
    ...labelViolations(['pod', 'labels'], asObject(pod?.labels)),
    ...annotationViolations(['pod', 'annotations'], asObject(pod?.annotations)),
    ...volumeViolations(['pod', 'volumes'], volumes),
    ...volumeReferenceViolations(['proxy', 'container'], proxyContainer, volumes),
    ...volumeReferenceViolations(['init', 'container'], initContainer, volumes),
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
