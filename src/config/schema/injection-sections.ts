import {
  LOG_LEVEL,
  MODE,
  type Mode,
  type PodAdditions,
  SWITCH,
  type Switch,
} from '../../core/settings/settings.js';
import { CIDRS } from '../../core/values/cidrs.js';
import { IMAGE, PULL_POLICY, type PullPolicy } from '../../core/values/image.js';
import { isObject, type JsonObject } from '../../core/values/json.js';
import { PORTS } from '../../core/values/ports.js';
import { PRODUCT_VERSION } from '../../core/version.js';
import { integer, listOf, valueType } from './expectation.js';
import { Setting } from './setting.js';

const CONTAINER = {
  expected: 'fields of a Kubernetes container',
  check: isObject,
  verbatim: true,
} as const;

const PROXY_PORT = integer(1, 65535);
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
