import type { ProxyPort, Redirect } from '../redirect/redirect.js';
import { asList, isObject } from '../values/json.js';
import { listsPort } from '../values/ports.js';
import type { ProxySettings } from './settings.js';

/** The ports of the proxy container: the two that receive redirected traffic, then those of `proxy.container.ports`. */
export function proxyPorts(proxy: ProxySettings): readonly ProxyPort[] {
  return [
    { containerPort: proxy.tcpPort, protocol: 'TCP' },
    { containerPort: proxy.udpPort, protocol: 'UDP' },
    ...furtherPorts(proxy),
  ];
}

/** The ports of `proxy.container.ports`, with the default protocol of Kubernetes (TCP) filled in. */
export function furtherPorts({ container: { ports } }: ProxySettings): readonly ProxyPort[] {
  return asList(ports)
    .filter(isObject)
    .map((port) => ({ ...port, protocol: port.protocol ?? 'TCP' }) as unknown as ProxyPort);
}

/** What the check of the skipped ports depends on. */
type SkippedPorts = Pick<Redirect, 'tcpPort' | 'udpPort' | 'skipInboundPorts'>;

/**
 * The proxy's own ports among the skipped inbound ports. Listing one is a mistake, because its traffic reaches the
 * proxy either way. A range that includes one is fine.
 */
export function ownPortsNamed({ tcpPort, udpPort, skipInboundPorts }: SkippedPorts): readonly number[] {
  return [tcpPort, udpPort].filter((port) => listsPort(skipInboundPorts, port));
}

interface OwnPorts {
  readonly tcpPort: number | string;
  readonly udpPort: number | string;
}

/** The ports that can be skipped, completing the sentence "expected ...". */
export function otherPortsThanOwn({ tcpPort, udpPort }: OwnPorts): string {
  return `ports other than the proxy's own (${tcpPort} and ${udpPort})`;
}
