import { everyContainer, type Pod } from '../pod/pod.js';
import type { Resources } from '../settings/resolved-settings.js';
import { asObject, isAbsent, type JsonObject } from '../values/json.js';
import { parseQuantity } from '../values/quantity.js';

/** The resources that decide about the QoS class of a Pod. */
export const QOS_RESOURCES = ['cpu', 'memory'] as const;

/**
 * Whether a Pod without resources of its own has the QoS class Guaranteed: every container, init containers included,
 * has limits for CPU and memory that its requests equal. Source: k8s.io/kubernetes, pkg/apis/core/v1/helper/qos.
 */
export function isGuaranteed(pod: Pod): boolean {
  return everyContainer(pod).every(({ resources }) => isGuaranteedBy(asObject(resources)));
}

/** Whether requests and limits equal each other for CPU and memory. A missing request defaults to the limit. */
export function isGuaranteedBy({ requests, limits }: JsonObject): boolean {
  return QOS_RESOURCES.every((resource) => {
    const limit = amountOf(limits, resource);
    return limit !== undefined && limit > 0n && (amountOf(requests, resource) ?? limit) === limit;
  });
}

/**
 * The resources of a container with which a Guaranteed Pod stays Guaranteed: the limit, or without one the request,
 * becomes both. `isFixed` says whether the Pod itself chose an amount, which then wins; if it chose both, both stay.
 */
export function equalized(
  { requests, limits }: Resources,
  isFixed: (resource: string, amount: 'request' | 'limit') => boolean,
): Resources {
  const amounts = QOS_RESOURCES.flatMap((resource) => {
    const hasRequest = isFixed(resource, 'request');
    const hasLimit = isFixed(resource, 'limit');
    if (hasRequest && hasLimit) return [];
    const [request, limit] = [requests[resource], limits[resource]];
    const value = hasRequest ? request : (limit ?? request);
    return value === undefined ? [] : [[resource, value] as const];
  });
  const both = Object.fromEntries(amounts);
  return { requests: { ...requests, ...both }, limits: { ...limits, ...both } };
}

function amountOf(amounts: unknown, resource: string): bigint | undefined {
  const given = asObject(amounts)[resource];
  return isAbsent(given) ? undefined : parseQuantity(String(given));
}
