import { SERVICE_ACCOUNT_DIRECTORY } from '../../cluster/api-access.js';
import { OVERRIDE_NAMES } from '../../core/settings/overrides.js';
import {
  INELIGIBLE_POLICY,
  type IneligiblePolicy,
  LOG_LEVEL,
  MODE,
  type Mode,
  type PodAdditions,
  type Settings,
  SWITCH,
  type Switch,
} from '../../core/settings/settings.js';
import { CIDRS } from '../../core/values/cidrs.js';
import { DNS_LABEL } from '../../core/values/dns-label.js';
import { IMAGE, PULL_POLICY, type PullPolicy } from '../../core/values/image.js';
import { isObject, type JsonObject } from '../../core/values/json.js';
import { PORTS } from '../../core/values/ports.js';
import { choice } from '../../core/values/value-type.js';
import { PRODUCT_VERSION } from '../../core/version.js';
import { atMost, integer, listOf, mapOf, nonEmpty, text, valueType } from './expectation.js';
import { Section, Setting } from './setting.js';

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

const PROXY_PORT = integer(1, 65535);
const LISTENER_PORT = { ...integer(0, 65535), restart: true } as const;
const ID = integer(1, 2 ** 31 - 1);

/** The section `proxy`. */
export class ProxyConfiguration {
  @Setting({
    help: 'Image of the proxy.',
    ...valueType(IMAGE),
  })
  image = 'lorenzotettamanti/cortexflow-proxy:latest';

  @Setting({
    help: 'When the kubelet pulls the image; unset, Kubernetes decides by the tag.',
    ...valueType(PULL_POLICY),
  })
  imagePullPolicy: PullPolicy | undefined = undefined;

  @Setting({
    help: 'A container beside the others, or a native sidecar (Kubernetes 1.29 or later).',
    ...valueType(MODE),
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
    ...valueType(LOG_LEVEL),
  })
  logLevel: string | undefined = undefined;

  @Setting({
    help: 'Further fields of the proxy container: resources, env, probes, lifecycle, volumeMounts and so on.',
    ...CONTAINER,
  })
  container: JsonObject = {};
}

/** The section `init`. */
export class InitConfiguration {
  @Setting({
    help: 'Image of the init container that sets up the redirect.',
    ...valueType(IMAGE),
  })
  image = `proxy-injector/proxy-init:${PRODUCT_VERSION}`;

  @Setting({
    help: 'When the kubelet pulls the image; unset, Kubernetes decides by the tag.',
    ...valueType(PULL_POLICY),
  })
  imagePullPolicy: PullPolicy | undefined = undefined;

  @Setting({ help: 'Further fields of the init container: resources, env and so on.', ...CONTAINER })
  container: JsonObject = {};
}

/** The section `redirect`. */
export class RedirectConfiguration {
  @Setting({
    help: 'Whether inbound TCP connections are redirected, to the TCP port of the proxy.',
    ...valueType(SWITCH),
  })
  inboundTcp: Switch = 'enabled';

  @Setting({
    help: 'Whether inbound UDP packets are redirected, to the UDP port of the proxy.',
    ...valueType(SWITCH),
  })
  inboundUdp: Switch = 'enabled';

  @Setting({ help: 'Ports of the Pod that are not redirected.', ...valueType(PORTS) })
  skipInboundPorts = '';

  @Setting({
    help: 'Whether outbound TCP connections are redirected too, to the TCP port of the proxy.',
    ...valueType(SWITCH),
  })
  outbound: Switch = 'disabled';

  @Setting({
    help: 'Whether outbound DNS queries (UDP to port 53) are redirected, to the UDP port of the proxy.',
    ...valueType(SWITCH),
  })
  dns: Switch = 'disabled';

  @Setting({ help: 'Destination ports that are not redirected.', ...valueType(PORTS) })
  skipOutboundPorts = '';

  @Setting({
    help: 'Destinations that are not redirected.',
    ...valueType(CIDRS),
  })
  skipOutboundCidrs = '';

  @Setting({
    help: 'Whether IPv6 is redirected where a Pod has it; only for nodes whose kernel cannot should it be disabled.',
    ...valueType(SWITCH),
  })
  ipv6: Switch = 'enabled';
}

/** The section `pod`. */
export class PodConfiguration implements PodAdditions {
  @Setting({
    help: 'Volumes that are added to the Pod, for volumeMounts of the containers.',
    expected: 'a list of Kubernetes volumes, each with a name',
    check: listOf((entry) => isObject(entry) && typeof entry.name === 'string'),
    schema: { items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
    verbatim: true,
  })
  volumes: PodAdditions['volumes'] = [];

  @Setting({
    help: 'Pull secrets that are added to the Pod.',
    expected: 'a list of objects with only a name',
    check: listOf((e) => isObject(e) && typeof e.name === 'string' && Object.keys(e).length === 1),
    schema: {
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' } },
        additionalProperties: false,
      },
    },
    verbatim: true,
  })
  imagePullSecrets: PodAdditions['imagePullSecrets'] = [];

  @Setting({
    help: 'Labels that are added to the Pod where it does not have them.',
    expected: 'a map of strings',
    check: isObject,
    schema: { additionalProperties: { type: 'string' } },
    verbatim: true,
  })
  labels: PodAdditions['labels'] = {};

  @Setting({
    help: 'Annotations that are added to the Pod where it does not have them.',
    expected: 'a map of strings',
    check: isObject,
    schema: { additionalProperties: { type: 'string' } },
    verbatim: true,
  })
  annotations: PodAdditions['annotations'] = {};
}

/** The section `webhook`. */
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

/** The section `management`. */
export class ManagementConfiguration {
  @Setting(LISTENER_HOST)
  host = '0.0.0.0';

  @Setting({ help: 'HTTP port of `/livez`, `/readyz` and `/metrics`; 0 picks a free one.', ...LISTENER_PORT })
  port = 8080;
}

/** The versions of TLS that may be the oldest one spoken. */
export const TLS_VERSION = choice(['TLSv1.2', 'TLSv1.3']);
export type TlsVersion = NonNullable<ReturnType<typeof TLS_VERSION.parse>>;

/** The section `tls`. */
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
    ...valueType(TLS_VERSION),
  })
  minVersion: TlsVersion = 'TLSv1.2';
}

/** The section `kubernetes`. */
export class KubernetesConfiguration {
  @Setting({
    help: 'Where the credentials of the ServiceAccount are mounted.',
    expected: 'a path',
    check: nonEmpty,
    restart: true,
  })
  serviceAccount = SERVICE_ACCOUNT_DIRECTORY;
}

/** The section `shutdown`. */
export class ShutdownConfiguration {
  @Setting({
    help: 'Time that it serves on after SIGTERM while `/readyz` answers 503, in seconds.',
    ...integer(0, 300),
  })
  drainSeconds = 5;
}

const SERVICE_LOG_LEVEL = choice(['debug', 'info', 'warn', 'error']);
const LOG_FORMAT = choice(['auto', 'json', 'pretty']);

/** The section `log`. */
export class LogConfiguration {
  @Setting({
    help: 'Least level that is logged; `debug` shows the patches.',
    ...valueType(SERVICE_LOG_LEVEL),
  })
  level: NonNullable<ReturnType<typeof SERVICE_LOG_LEVEL.parse>> = 'info';

  @Setting({
    help: '`auto` is pretty on a terminal and JSON elsewhere.',
    ...valueType(LOG_FORMAT),
    restart: true,
  })
  format: NonNullable<ReturnType<typeof LOG_FORMAT.parse>> = 'auto';
}

/** The whole configuration: its initial values are the defaults, and the only ones there are. */
export class Configuration implements Settings {
  @Setting({
    help: 'Whether Pods that must not get a proxy are refused (`deny`) or let in unchanged with a warning (`admit`).',
    ...valueType(INELIGIBLE_POLICY),
  })
  ineligiblePods: IneligiblePolicy = 'deny';

  @Setting({
    help: "Namespaces whose Pods are let in unchanged; the injector's own is added in a cluster.",
    expected: 'a list of namespace names',
    check: listOf((entry) => text(entry) && DNS_LABEL.test(entry)),
    schema: { items: { type: 'string', pattern: DNS_LABEL.source } },
  })
  excludedNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

  @Setting({
    help: 'Annotations that Pods and namespaces may override settings with, without the prefix `proxy-injection/`.',
    expected: `a list with any of ${OVERRIDE_NAMES.join(', ')}`,
    check: listOf((entry) => OVERRIDE_NAMES.some((name) => name === entry)),
    schema: { items: { enum: OVERRIDE_NAMES } },
  })
  allowedOverrides: readonly string[] = OVERRIDE_NAMES.filter((name) => !name.startsWith('image'));

  @Section(ProxyConfiguration)
  proxy = new ProxyConfiguration();

  @Section(InitConfiguration)
  init = new InitConfiguration();

  @Section(RedirectConfiguration)
  redirect = new RedirectConfiguration();

  @Section(PodConfiguration)
  pod = new PodConfiguration();

  @Setting({
    help: 'Namespaces and their annotations where there is no cluster to look them up in.',
    expected:
      'a map of namespaces, each with a map of annotations: {shop: {annotations: {proxy-injection: disabled}}}',
    check: mapOf((e) => isObject(e) && mapOf(text)(e.annotations ?? {}) && atMost(['annotations'], e)),
    verbatim: true,
  })
  namespaces: { readonly [name: string]: { readonly annotations?: { readonly [key: string]: string } } } = {};

  @Section(WebhookConfiguration)
  webhook = new WebhookConfiguration();

  @Section(ManagementConfiguration)
  management = new ManagementConfiguration();

  @Section(TlsConfiguration)
  tls = new TlsConfiguration();

  @Section(KubernetesConfiguration)
  kubernetes = new KubernetesConfiguration();

  @Section(ShutdownConfiguration)
  shutdown = new ShutdownConfiguration();

  @Section(LogConfiguration)
  log = new LogConfiguration();
}
