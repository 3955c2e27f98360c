import type { ProxyPort, Redirect } from '../redirect/redirect.js';
import { asList, isObject } from '../values/json.js';
import { listsPort } from '../values/ports.js';
import type { ProxySettings } from './settings.js';

/** The ports of the proxy container: the two that traffic is redirected to, then any of `proxy.container.ports`. */
export function proxyPorts(proxy: ProxySettings): readonly ProxyPort[] {
  return [
    { containerPort: proxy.tcpPort, protocol: 'TCP' },
    { containerPort: proxy.udpPort, protocol: 'UDP' },
    ...furtherPorts(proxy),
  ];
}

/** Those of `proxy.container.ports`, as they are, with the protocol that Kubernetes gives them. */
export function furtherPorts({ container: { ports } }: ProxySettings): readonly ProxyPort[] {
  return asList(ports)
    .filter(isObject)
    .map((port) => ({ ...port, protocol: port.protocol ?? 'TCP' }) as unknown as ProxyPort);
}

/** What decides whether ports can be skipped. */
type Skipped = Pick<Redirect, 'tcpPort' | 'udpPort' | 'skipInboundPorts'>;

/**
 * The proxy's own ports that the skipped ports name, which is a mistake: what comes in for them reaches the proxy, skipped or
 * not. A range around them is none.
 */
export function ownPortsNamed({ tcpPort, udpPort, skipInboundPorts }: Skipped): readonly number[] {
  return [tcpPort, udpPort].filter((port) => listsPort(skipInboundPorts, port));
}

/** Which ports can be skipped instead, as the end of the sentence "expected ...". */
export function otherPortsThanOwn({ tcpPort, udpPort }: Skipped): string {
  return `ports other than ${tcpPort} and ${udpPort}, which are the proxy's own`;
}
