import { DRAIN_SECONDS } from '../../core/settings/drain-seconds.js';
import {
  FROM_NAMESPACE,
  type Id,
  LOG_LEVEL,
  MODE,
  type Mode,
  POD_RESOURCES,
  type PodAdditions,
  type PodResources,
  PROBES,
  type Probes,
  REDIRECT_BY,
  type RedirectBy,
  SWITCH,
  type Switch,
} from '../../core/settings/settings.js';
import { CIDRS } from '../../core/values/cidrs.js';
import { MAX_ID } from '../../core/values/id-ranges.js';
import { IMAGE, PULL_POLICY, type PullPolicy } from '../../core/values/image.js';
import { INTERFACES } from '../../core/values/interfaces.js';
import { isObject, type JsonObject } from '../../core/values/json.js';
import { PORTS } from '../../core/values/ports.js';
import { PRODUCT_VERSION } from '../../core/version.js';
import { PRESET } from '../presets/presets.js';
import { commaSeparated, integer, listOf, orWord, valueType } from './expectation.js';
import { Setting } from './setting.js';

const CONTAINER = {
  expected: 'fields of a Kubernetes container',
  check: isObject,
  verbatim: true,
} as const;

const PROXY_PORT = integer(1, 65535);
const ID = orWord(FROM_NAMESPACE, integer(1, MAX_ID));

/** The section `proxy`. */
export class ProxyConfiguration {
  @Setting({
    help: 'A complete set of settings for a known proxy. Settings that you set override it.',
    ...valueType(PRESET),
  })
  preset: string | undefined = undefined;

  @Setting({
    help: 'Image of the proxy.',
    ...valueType(IMAGE),
  })
  image = 'lorenzotettamanti/cortexflow-proxy:latest';

  @Setting({
    help: 'When the kubelet pulls the image. If unset, Kubernetes decides by the tag.',
    ...valueType(PULL_POLICY),
  })
  imagePullPolicy: PullPolicy | undefined = undefined;

  @Setting({
    help:
      'How the proxy runs: as a container, or as a native sidecar (Kubernetes 1.29 and later). The default of the ' +
      'chart is `auto`, which is `native` where the cluster supports it.',
    ...valueType(MODE),
  })
  mode: Mode = 'container';

  @Setting({ help: 'Port on which the proxy receives redirected TCP connections.', ...PROXY_PORT })
  tcpPort = 5054;

  @Setting({
    help: 'Port on which the proxy receives redirected UDP packets, without their original destinations.',
    ...PROXY_PORT,
  })
  udpPort = 5053;

  @Setting({
    help:
      'User ID of the proxy. No other container of a Pod may use it. `namespace` is the last ID of the range that ' +
      'OpenShift assigned to the namespace.',
    ...ID,
  })
  uid: Id = 5054;

  @Setting({
    help:
      'Group ID of the proxy. No other container of a Pod may use it. `namespace` is the last ID of the range that ' +
      'OpenShift assigned to the namespace.',
    ...ID,
  })
  gid: Id = 5054;

  @Setting({
    help: 'Passed to the proxy in the environment variable PROXY_LOG_LEVEL.',
    ...valueType(LOG_LEVEL),
  })
  logLevel: string | undefined = undefined;

  @Setting({
    help: 'Whether the proxy of a preset logs every connection. Without a preset, configure your proxy instead.',
    ...valueType(SWITCH),
  })
  accessLog: Switch = 'disabled';

  @Setting({
    help:
      'Whether the app starts only once the proxy listens. In mode `container`, this needs a hook that waits for the ' +
      'proxy, in `proxy.container.lifecycle.postStart.exec`.',
    ...valueType(SWITCH),
  })
  holdApplication: Switch = 'disabled';

  @Setting({
    help:
      'How long the proxy keeps serving in mode `container` after its Pod is deleted, by a `preStop` sleep (Kubernetes ' +
      "1.30 and later). `auto`: as long as the longest sleep of the Pod's own `preStop` hooks. A number: at least that " +
      'many seconds. 0: no sleep.',
    ...valueType(DRAIN_SECONDS),
  })
  drainSeconds = 'auto';

  @Setting({
    help:
      'What happens to Pods with Pod-level resources (`spec.resources`). `omit`: both containers share them and have no ' +
      "CPU and memory of their own. `grow`: the Pod's grow by the proxy's. `refuse`: the Pod is denied.",
    ...valueType(POD_RESOURCES),
  })
  podResources: PodResources = 'omit';

  @Setting({
    help: 'More fields of the proxy container, such as resources, env, probes, lifecycle, and volumeMounts.',
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
  image = `ghcr.io/proxy-injector/proxy-init:${PRODUCT_VERSION}`;

  @Setting({
    help: 'When the kubelet pulls the image. If unset, Kubernetes decides by the tag.',
    ...valueType(PULL_POLICY),
  })
  imagePullPolicy: PullPolicy | undefined = undefined;

  @Setting({ help: 'More fields of the init container, such as resources and env.', ...CONTAINER })
  container: JsonObject = {};
}

/** The section `redirect`. */
export class RedirectConfiguration {
  @Setting({
    help:
      'Who applies the redirect: `pod`, an init container of the Pod, which needs the capability NET_ADMIN; or `node`, ' +
      'the agent on the node, which needs no privileges in the Pod. `node` requires the agent and `proxy.mode: native`.',
    ...valueType(REDIRECT_BY),
  })
  by: RedirectBy = 'pod';

  @Setting({
    help: 'Whether to redirect inbound TCP connections to `proxy.tcpPort`.',
    ...valueType(SWITCH),
  })
  inboundTcp: Switch = 'enabled';

  @Setting({
    help:
      'Whether to redirect inbound UDP packets to `proxy.udpPort`. The proxy cannot learn their original destinations: ' +
      'disable this unless it knows where to send them.',
    ...valueType(SWITCH),
  })
  inboundUdp: Switch = 'enabled';

  @Setting({ help: 'Inbound ports to exclude from the redirect.', ...commaSeparated(PORTS) })
  skipInboundPorts = '';

  @Setting({
    help:
      "Whether the kubelet's probes and httpGet hooks go through the proxy or directly to the app. With `direct`, " +
      'everyone who can reach the Pod can reach the probed ports past the proxy.',
    ...valueType(PROBES),
  })
  probes: Probes = 'proxied';

  @Setting({
    help:
      'Whether to drop inbound TCP segments that fit no connection, such as stray ones. Otherwise they reach the app, ' +
      "whose answer resets the client's connection to the proxy.",
    ...valueType(SWITCH),
  })
  dropInvalid: Switch = 'enabled';

  @Setting({
    help: 'Whether to redirect outbound TCP connections to `proxy.tcpPort`.',
    ...valueType(SWITCH),
  })
  outbound: Switch = 'disabled';

  @Setting({
    help:
      'Whether to redirect outbound DNS queries (UDP to port 53) to `proxy.udpPort`. The proxy cannot learn to which ' +
      'server they were sent.',
    ...valueType(SWITCH),
  })
  dns: Switch = 'disabled';

  @Setting({ help: 'Destination ports to exclude from the outbound redirect.', ...commaSeparated(PORTS) })
  skipOutboundPorts = '';

  @Setting({
    help: 'Destination CIDRs to exclude from the outbound redirect.',
    ...commaSeparated(CIDRS),
  })
  skipOutboundCidrs = '';

  @Setting({
    help: 'Network interfaces to exclude from the redirect, in and out. A trailing `*` matches any ending.',
    ...commaSeparated(INTERFACES),
  })
  skipInterfaces = '';

  @Setting({
    help: "Whether to redirect IPv6 in Pods that have it. Disable it only if a node's kernel cannot redirect IPv6.",
    ...valueType(SWITCH),
  })
  ipv6: Switch = 'enabled';
}

/** The section `pod`. */
export class PodConfiguration implements PodAdditions {
  @Setting({
    help:
      'Volumes to add to the Pod, for the volumeMounts of the proxy and the init container. The Pod may define the ' +
      'same volume, but no other of that name.',
    expected: 'a list of Kubernetes volumes, each with a name',
    check: listOf(isObject),
    verbatim: true,
  })
  volumes: PodAdditions['volumes'] = [];

  @Setting({
    help: 'Image pull secrets to add to the Pod.',
    expected: 'a list of objects with a name and no other field',
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
    help: 'Labels to add to the Pod, unless it already has them.',
    expected: 'a map of strings',
    check: isObject,
    schema: { additionalProperties: { type: 'string' } },
    verbatim: true,
  })
  labels: PodAdditions['labels'] = {};

  @Setting({
    help:
      'Annotations to add to the Pod, unless it already has them. Those of `prometheus.io/` are added to Pods that ' +
      'have none of them.',
    expected: 'a map of strings',
    check: isObject,
    schema: { additionalProperties: { type: 'string' } },
    verbatim: true,
  })
  annotations: PodAdditions['annotations'] = {};
}
