import type { Redirect } from '../redirect/redirect.js';
import { CIDRS } from '../values/cidrs.js';
import type { PullPolicy } from '../values/image.js';
import { isObject, type JsonObject } from '../values/json.js';
import { PORTS } from '../values/ports.js';
import { parseQuantity } from '../values/quantity.js';
import type { ValueType } from '../values/value-type.js';
import { furtherPorts } from './proxy-ports.js';
import type { Mode, Settings } from './settings.js';

/** What one Pod gets: the settings with the overrides of the Pod and its namespace applied. */
export interface Injection {
  mode: Mode;
  image: string;
  imagePullPolicy: PullPolicy | undefined;
  logLevel: string | undefined;
  requests: JsonObject;
  limits: JsonObject;
  redirect: Redirect;
}

/** What a Pod without overrides gets. Throws if the settings were not validated: ports and CIDRs have to parse. */
export function defaultInjection({ proxy, redirect }: Settings): Injection {
  const resources = isObject(proxy.container.resources) ? proxy.container.resources : {};
  return {
    mode: proxy.mode,
    image: proxy.image,
    imagePullPolicy: proxy.imagePullPolicy,
    logLevel: proxy.logLevel,
    requests: isObject(resources.requests) ? resources.requests : {},
    limits: isObject(resources.limits) ? resources.limits : {},
    redirect: {
      tcpPort: proxy.tcpPort,
      udpPort: proxy.udpPort,
      proxyPorts: furtherPorts(proxy),
      uid: proxy.uid,
      gid: proxy.gid,
      inboundTcp: redirect.inboundTcp === 'enabled',
      inboundUdp: redirect.inboundUdp === 'enabled',
      skipInboundPorts: parsed(PORTS, redirect.skipInboundPorts),
      outbound: redirect.outbound === 'enabled',
      dns: redirect.dns === 'enabled',
      skipOutboundPorts: parsed(PORTS, redirect.skipOutboundPorts),
      skipOutboundCidrs: parsed(CIDRS, redirect.skipOutboundCidrs),
      ipv6: redirect.ipv6 === 'enabled',
    },
  };
}

/** The resources whose request is over its limit; the API server refuses a Pod that has one. */
export function requestsOverLimits(
  injection: Pick<Injection, 'requests' | 'limits'>,
): { resource: string; request: string; limit: string }[] {
  const { requests, limits } = injection;
  return Object.keys(requests)
    .filter((resource) => Object.hasOwn(limits, resource))
    .map((resource) => ({ resource, request: String(requests[resource]), limit: String(limits[resource]) }))
    .filter(({ request, limit }) => (parseQuantity(request) ?? 0) > (parseQuantity(limit) ?? 0));
}

function parsed<T>(type: ValueType<T>, text: string): T {
  const value = type.parse(text);
  if (value === undefined) throw new Error(`settings were not validated: ${text}`);
  return value;
}
