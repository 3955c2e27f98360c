import type { Injection } from '../core/injection.js';
import type { PortRange } from '../core/ports.js';
import type { Settings } from '../core/settings.js';

/** What happens to the traffic of one direction, in words. */
export interface Redirection {
  readonly direction: 'inbound' | 'outbound';
  readonly text: string;
}

/** What the redirect does to the traffic of a Pod. */
export function redirectionOf({ proxy }: Settings, { redirect }: Injection): Redirection[] {
  const inbound = `TCP to port ${proxy.tcpPort}, UDP to port ${proxy.udpPort}`;
  const outbound = `TCP to port ${proxy.tcpPort}`;
  const cidrs = redirect.skipOutboundCidrs.map(({ cidr }) => cidr);
  return [
    {
      direction: 'inbound',
      text: inbound + exceptions(portTexts(redirect.skipInboundPorts), 'to the ports'),
    },
    {
      direction: 'outbound',
      text: redirect.outbound
        ? outbound +
          exceptions(portTexts(redirect.skipOutboundPorts), 'to the ports') +
          exceptions(cidrs, 'to the addresses')
        : 'not redirected',
    },
  ];
}

function exceptions(values: readonly string[], what: string): string {
  return values.length === 0 ? '' : `, but not ${what} ${values.join(', ')}`;
}

function portTexts(ports: readonly PortRange[]): string[] {
  return ports.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`));
}
