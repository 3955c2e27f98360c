import { INIT_NAME } from '../../core/pod/container-names.js';
import { DNS_PORT, familiesOf, type Redirect } from '../../core/redirect/redirect.js';
import type { ResolvedSettings } from '../../core/settings/resolved-settings.js';
import { coversPort, type PortRange, portRangeText } from '../../core/values/ports.js';

/** Where one kind of a Pod's traffic goes, for display. */
export interface TrafficRoute {
  readonly traffic: string;
  readonly text: string;
}

/** Describes who applies the redirect, and what it does with a Pod's traffic. */
export function describeTraffic({
  redirect,
  redirectBy,
}: Pick<ResolvedSettings, 'redirect' | 'redirectBy'>): TrafficRoute[] {
  const { inboundTcp, inboundUdp, outbound, dns, tcpPort, udpPort, skipOutboundPorts, probeAliases } =
    redirect;
  const interfaces = listed('interface', redirect.skipInterfaces);
  const inbound = (protocol: string) => {
    const own = redirect.proxyPorts.filter((port) => port.protocol === protocol);
    const ports = [
      ...own.map(({ containerPort }) => String(containerPort)),
      ...redirect.skipInboundPorts.map(rangeText),
    ];
    return [...listed('port', ports), ...interfaces];
  };
  const ports = listed('port', skipOutboundPorts.map(rangeText));
  const cidrs = listed(
    'CIDR',
    redirect.skipOutboundCidrs.map(({ cidr }) => cidr),
  );
  const dnsIsSkipped = coversPort(skipOutboundPorts, DNS_PORT);
  return [
    { traffic: 'applied by', text: APPLIED_BY[redirectBy] },
    { traffic: 'inbound TCP', text: routeText(inboundTcp, tcpPort, inbound('TCP')) },
    ...(probeAliases.length > 0 ? [{ traffic: 'probes', text: probeAliases.map(aliasText).join(', ') }] : []),
    { traffic: 'inbound UDP', text: routeText(inboundUdp, udpPort, inbound('UDP')) },
    { traffic: 'outbound TCP', text: routeText(outbound, tcpPort, [...ports, ...cidrs, ...interfaces]) },
    { traffic: 'outbound DNS', text: routeText(dns && !dnsIsSkipped, udpPort, [...cidrs, ...interfaces]) },
    { traffic: 'families', text: familiesOf(redirect).join(' and ') },
  ];
}

const APPLIED_BY = {
  pod: INIT_NAME,
  node: `the agent on the node, for which ${INIT_NAME} waits`,
} as const;

function routeText(isRedirected: boolean, port: number, exceptions: readonly string[]): string {
  if (!isRedirected) return 'not redirected';
  return `to port ${port}${exceptions.length > 0 ? `, except ${exceptions.join(' and ')}` : ''}`;
}

function listed(noun: string, values: readonly string[]): string[] {
  if (values.length === 0) return [];
  const isOne = values.length === 1 && !(noun === 'port' && values[0]?.includes('-'));
  return [`${noun}${isOne ? '' : 's'} ${values.join(', ')}`];
}

function aliasText({ alias, port }: Redirect['probeAliases'][number]): string {
  return `port ${alias} to the app's port ${port}`;
}

function rangeText(range: PortRange): string {
  return portRangeText(range, '-');
}
