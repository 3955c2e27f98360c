import { DNS_PORT, familiesOf, type Redirect } from '../../core/redirect/redirect.js';
import { coversPort, type PortRange, portRangeText } from '../../core/values/ports.js';

/** What happens to some of the traffic of a Pod, in words. */
export interface TrafficRoute {
  readonly traffic: string;
  readonly text: string;
}

/** What the redirect does to the traffic of a Pod. */
export function describeTraffic(redirect: Redirect): TrafficRoute[] {
  const { inboundTcp, inboundUdp, outbound, dns, tcpPort, udpPort, skipOutboundPorts } = redirect;
  const inbound = (protocol: string) => {
    const own = redirect.proxyPorts.filter((port) => port.protocol === protocol);
    const ports = [
      ...own.map(({ containerPort }) => String(containerPort)),
      ...redirect.skipInboundPorts.map(rangeText),
    ];
    return exceptions('to the ports', ports);
  };
  const ports = exceptions('to the ports', skipOutboundPorts.map(rangeText));
  const addresses = exceptions(
    'to the addresses',
    redirect.skipOutboundCidrs.map(({ cidr }) => cidr),
  );
  const to = (isOn: boolean, port: number, but: string) =>
    isOn ? `to port ${port}${but}` : 'not redirected';
  return [
    { traffic: 'inbound TCP', text: to(inboundTcp, tcpPort, inbound('TCP')) },
    { traffic: 'inbound UDP', text: to(inboundUdp, udpPort, inbound('UDP')) },
    { traffic: 'outbound TCP', text: to(outbound, tcpPort, ports + addresses) },
    {
      traffic: 'outbound DNS',
      text: to(dns && !coversPort(skipOutboundPorts, DNS_PORT), udpPort, addresses),
    },
    { traffic: 'families', text: familiesOf(redirect).join(' and ') },
  ];
}

function exceptions(what: string, values: readonly string[]): string {
  return values.length === 0 ? '' : `, but not ${what} ${values.join(', ')}`;
}

function rangeText(range: PortRange): string {
  return portRangeText(range, '-');
}
