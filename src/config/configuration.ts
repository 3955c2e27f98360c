import { CIDRS_EXPECTED, parseCidrs } from '../core/cidrs.js';
import { IMAGE_EXPECTED, isImageReference, PULL_POLICIES, type PullPolicy } from '../core/image.js';
import { isObject, type JsonObject } from '../core/json.js';
import { isLogLevel, LOG_LEVEL_EXPECTED, OVERRIDE_NAMES } from '../core/overrides.js';
import { PORTS_EXPECTED, parsePorts } from '../core/ports.js';
import {
  type Settings as CoreSettings,
  INELIGIBLE_POLICIES,
  type IneligiblePolicy,
  MODES,
  type Mode,
  type PodAdditions,
  SWITCH,
  type Switch,
} from '../core/settings.js';
import { PRODUCT_VERSION } from '../core/version.js';
import { atMost, integer, listOf, mapOf, nonEmpty, oneOf, text } from './checks.js';
import { Setting, Settings } from './setting.js';

const CONTAINER = {
  expected: 'fields of a Kubernetes container',
  check: isObject,
  verbatim: true,
} as const;

const LISTENER_HOST = {
  help: 'Address that it listens on.',
  expected: 'an IP address or host name',
  check: nonEmpty,
  restart: true,
} as const;

const PULL_POLICY = { expected: PULL_POLICIES.join(', '), check: oneOf(PULL_POLICIES) };
const PORTS = {
  expected: PORTS_EXPECTED,
  check: (value: unknown) => text(value) && parsePorts(value) !== undefined,
};
const PROXY_PORT = integer(1, 65535);
const LISTENER_PORT = { ...integer(0, 65535), restart: true } as const;
const ID = integer(0, 2 ** 31 - 1);

export class ProxyConfiguration {
  @Setting({
    help: 'Image of the proxy.',
    expected: IMAGE_EXPECTED,
    check: (v) => text(v) && isImageReference(v),
  })
  image = 'lorenzotettamanti/cortexflow-proxy:latest';

  @Setting({
    help: 'When the kubelet pulls the image; unset, Kubernetes decides by the tag.',
    ...PULL_POLICY,
  })
  imagePullPolicy: PullPolicy | undefined = undefined;

  @Setting({
    help: 'A container beside the others, or a native sidecar (Kubernetes 1.29 or later).',
    expected: MODES.join(' or '),
    check: oneOf(MODES),
  })
  mode: Mode = 'container';

  @Setting({ help: 'Port of the proxy that TCP is redirected to.', ...PROXY_PORT })
  tcpPort = 5054;

  @Setting({ help: 'Port of the proxy that UDP is redirected to.', ...PROXY_PORT })
  udpPort = 5053;

  @Setting({ help: 'User that the proxy runs as; no other container of a Pod may.', ...ID })
  uid = 5054;

  @Setting({ help: 'Group that the proxy runs as.', ...ID })
  gid = 5054;

  @Setting({
    help: 'Handed to the proxy as the environment variable PROXY_LOG_LEVEL.',
    expected: LOG_LEVEL_EXPECTED,
    check: (v) => text(v) && isLogLevel(v),
  })
  logLevel: string | undefined = undefined;

  @Setting({
    help: 'Further fields of the proxy container: resources, env, probes, lifecycle, volumeMounts and so on.',
    ...CONTAINER,
  })
  container: JsonObject = {};
}

export class InitConfiguration {
  @Setting({
    help: 'Image of the init container that sets up the redirect.',
    expected: IMAGE_EXPECTED,
    check: (v) => text(v) && isImageReference(v),
  })
  image = `proxy-injector/proxy-init:${PRODUCT_VERSION}`;

  @Setting({
    help: 'When the kubelet pulls the image; unset, Kubernetes decides by the tag.',
    ...PULL_POLICY,
  })
  imagePullPolicy: PullPolicy | undefined = undefined;

  @Setting({ help: 'Further fields of the init container: resources, env and so on.', ...CONTAINER })
  container: JsonObject = {};
}

export class RedirectConfiguration {
  @Setting({ help: 'Ports of the Pod that are not redirected.', ...PORTS })
  skipInboundPorts = '';

  @Setting({
    help: 'Whether outbound connections are redirected too.',
    expected: SWITCH.join(' or '),
    check: oneOf(SWITCH),
  })
  outbound: Switch = 'disabled';

  @Setting({ help: 'Destination ports that are not redirected.', ...PORTS })
  skipOutboundPorts = '';

  @Setting({
    help: 'Destinations that are not redirected.',
    expected: CIDRS_EXPECTED,
    check: (v) => text(v) && parseCidrs(v) !== undefined,
  })
  skipOutboundCidrs = '';
}

export class PodConfiguration implements PodAdditions {
  @Setting({
    help: 'Volumes that are added to the Pod, for volumeMounts of the containers.',
    expected: 'a list of Kubernetes volumes, each with a name',
    check: listOf((entry) => isObject(entry) && typeof entry.name === 'string'),
    verbatim: true,
  })
  volumes: PodAdditions['volumes'] = [];

  @Setting({
    help: 'Pull secrets that are added to the Pod.',
    expected: 'a list of objects with only a name',
    check: listOf((e) => isObject(e) && typeof e.name === 'string' && Object.keys(e).length === 1),
    verbatim: true,
  })
  imagePullSecrets: PodAdditions['imagePullSecrets'] = [];

  @Setting({
    help: 'Labels that are added to the Pod where it does not have them.',
    expected: 'a map of strings',
    check: mapOf(text),
    verbatim: true,
  })
  labels: PodAdditions['labels'] = {};

  @Setting({
    help: 'Annotations that are added to the Pod where it does not have them.',
    expected: 'a map of strings',
    check: mapOf(text),
    verbatim: true,
  })
  annotations: PodAdditions['annotations'] = {};
}

export class WebhookConfiguration {
  @Setting(LISTENER_HOST)
  host = '0.0.0.0';

  @Setting({ help: 'HTTPS port of `POST /mutate`; 0 picks a free one.', ...LISTENER_PORT })
  port = 9443;

  @Setting({
    help: 'Time that a client has to send its whole request, in seconds.',
    ...integer(1, 300),
    restart: true,
  })
  requestTimeoutSeconds = 30;
}

export class ManagementConfiguration {
  @Setting(LISTENER_HOST)
  host = '0.0.0.0';

  @Setting({ help: 'HTTP port of `/livez`, `/readyz` and `/metrics`; 0 picks a free one.', ...LISTENER_PORT })
  port = 8080;
}

export class TlsConfiguration {
  @Setting({
    help: 'Certificate chain (PEM), the leaf first.',
    expected: 'a path',
    check: nonEmpty,
    restart: true,
  })
  cert = '/etc/webhook/certs/tls.crt';

  @Setting({ help: 'Private key of the leaf (PEM).', expected: 'a path', check: nonEmpty, restart: true })
  key = '/etc/webhook/certs/tls.key';

  @Setting({
    help: 'Oldest version of TLS that is spoken.',
    expected: 'TLSv1.2 or TLSv1.3',
    check: oneOf(['TLSv1.2', 'TLSv1.3']),
  })
  minVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.2';
}

export class KubernetesConfiguration {
  @Setting({
    help: 'Where the credentials of the ServiceAccount are mounted.',
    expected: 'a path',
    check: nonEmpty,
    restart: true,
  })
  serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';
}

export class ShutdownConfiguration {
  @Setting({
    help: 'Time that it serves on after SIGTERM while `/readyz` answers 503, in seconds.',
    ...integer(0, 300),
  })
  drainSeconds = 5;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const LOG_FORMATS = ['auto', 'json', 'pretty'] as const;

export class LogConfiguration {
  @Setting({
    help: 'Least level that is logged; `debug` shows the patches.',
    expected: LOG_LEVELS.join(', '),
    check: oneOf(LOG_LEVELS),
  })
  level: (typeof LOG_LEVELS)[number] = 'info';

  @Setting({
    help: '`auto` is pretty on a terminal and JSON elsewhere.',
    expected: LOG_FORMATS.join(', '),
    check: oneOf(LOG_FORMATS),
    restart: true,
  })
  format: (typeof LOG_FORMATS)[number] = 'auto';
}

/** The whole configuration: its initial values are the defaults, and the only ones there are. */
export class Configuration implements CoreSettings {
  @Setting({
    help: 'Whether Pods that must not get a proxy are refused (`deny`) or let in unchanged with a warning (`admit`).',
    expected: INELIGIBLE_POLICIES.join(' or '),
    check: oneOf(INELIGIBLE_POLICIES),
  })
  ineligiblePods: IneligiblePolicy = 'deny';

  @Setting({
    help: "Namespaces whose Pods are let in unchanged; the injector's own is added in a cluster.",
    expected: 'a list of namespace names',
    check: listOf(text),
  })
  excludedNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

  @Setting({
    help: 'Annotations that Pods and namespaces may override settings with, without the prefix `proxy-injection/`.',
    expected: `a list of ${OVERRIDE_NAMES.join(', ')}`,
    check: listOf(oneOf(OVERRIDE_NAMES)),
  })
  allowedOverrides: readonly string[] = OVERRIDE_NAMES.filter((name) => !name.startsWith('image'));

  @Settings(ProxyConfiguration)
  proxy = new ProxyConfiguration();

  @Settings(InitConfiguration)
  init = new InitConfiguration();

  @Settings(RedirectConfiguration)
  redirect = new RedirectConfiguration();

  @Settings(PodConfiguration)
  pod = new PodConfiguration();

  @Setting({
    help: 'Namespaces and their annotations where there is no cluster to look them up in.',
    expected:
      'a map of namespaces, each with a map of annotations: {shop: {annotations: {proxy-injection: disabled}}}',
    check: mapOf((e) => isObject(e) && mapOf(text)(e.annotations ?? {}) && atMost(['annotations'], e)),
    verbatim: true,
  })
  namespaces: { readonly [name: string]: { readonly annotations?: { readonly [key: string]: string } } } = {};

  @Settings(WebhookConfiguration)
  webhook = new WebhookConfiguration();

  @Settings(ManagementConfiguration)
  management = new ManagementConfiguration();

  @Settings(TlsConfiguration)
  tls = new TlsConfiguration();

  @Settings(KubernetesConfiguration)
  kubernetes = new KubernetesConfiguration();

  @Settings(ShutdownConfiguration)
  shutdown = new ShutdownConfiguration();

  @Settings(LogConfiguration)
  log = new LogConfiguration();
}
