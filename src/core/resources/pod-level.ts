import { everyContainer, type Pod } from '../pod/pod.js';
import type { GrownResources, Resources } from '../settings/resolved-settings.js';
import type { PodResources } from '../settings/settings.js';
import { asObject, isAbsent, isObject, type JsonObject, shown } from '../values/json.js';
import type { Path } from '../values/path.js';
import { parseQuantity, QUANTITY, quantitySum } from '../values/quantity.js';
import { type Violation, violationText } from '../values/violation.js';
import { isGuaranteedBy, QOS_RESOURCES } from './guaranteed.js';

const FIELD = ['spec', 'resources'] as const;
const KINDS = ['requests', 'limits'] as const;
type Kind = (typeof KINDS)[number];

/** The resources that a Pod itself can have: kubernetes.io/docs/concepts/configuration/manage-resources-containers. */
export function isPodLevel(resource: string): boolean {
  return resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-');
}

/** Whether a Pod has resources of its own (`spec.resources`), which its containers share. */
export function hasPodResources({ spec }: Pod): boolean {
  if (!isObject(spec.resources)) return false;
  return entriesOf(spec.resources).length > 0;
}

/** Why a Pod cannot get a proxy because of its own resources, and the field; undefined if it can. */
export function podResourcesConflict(
  pod: Pod,
  policy: PodResources,
): { readonly path: Path; readonly text: string } | undefined {
  if (policy === 'omit' || !hasPodResources(pod)) return undefined;
  if (policy === 'refuse') return { path: FIELD, text: 'The configuration refuses all such Pods.' };
  const violation = entriesOf(asObject(pod.spec.resources)).find(({ given }) => parsed(given) === undefined);
  if (violation === undefined) return undefined;
  return { path: violation.path, text: violationText({ ...violation, given: shown(violation.given) }) };
}

/**
 * The resources of a Pod, grown by those of the proxy: what is requested by its request, what is limited by its limit.
 * If it has only one of the two, that counts for both, so that a Pod whose requests equal its limits keeps them equal.
 * The init container needs no more: it runs before the app, within the same resources.
 */
export function grown(pod: Pod, proxy: Resources): GrownResources {
  const resources = asObject(pod.spec.resources);
  const values = entriesOf(resources).flatMap(({ path, kind, resource, given }) => {
    const addition = additionTo(kind, resource, proxy);
    const value = addition === undefined ? undefined : quantitySum(String(given), addition);
    return value === undefined ? [] : [{ path, kind, resource, value }];
  });
  const requests = values.flatMap(({ kind, resource, value }) =>
    kind === 'limits' && isRequestedByProxyAlone(pod, resource) ? [[resource, value] as const] : [],
  );
  const all = [...values, ...newRequests(resources.requests, requests)];
  const original = Object.fromEntries(Object.entries(resources).filter(([key]) => isKind(key)));
  return { original, values: all.map(({ path, value }) => ({ path, value })) };
}

/** What the proxy adds; undefined if that is nothing. */
function additionTo(kind: Kind, resource: string, proxy: Resources): string | undefined {
  const other = kind === 'requests' ? 'limits' : 'requests';
  const amount = String(proxy[kind][resource] ?? proxy[other][resource] ?? '0');
  return parseQuantity(amount) === 0n ? undefined : amount;
}

/** Whether a Pod has the QoS class Guaranteed by its own resources, which alone decide about it. */
export function isGuaranteedByOwn(pod: Pod): boolean {
  const resources = asObject(pod.spec.resources);
  const isUpToContainers = QOS_RESOURCES.some(
    (resource) => !has(resources, 'requests', resource) && isRequested(pod, resource),
  );
  return !isUpToContainers && isGuaranteedBy(resources);
}

/**
 * Without any request, the API server would take the limit of the Pod for its request. It must not take the request of
 * the proxy instead.
 */
function isRequestedByProxyAlone(pod: Pod, resource: string): boolean {
  return !has(pod.spec.resources, 'requests', resource) && !isRequested(pod, resource);
}

/** Whether a container of the Pod has a request, or a limit, which is the default for it. */
function isRequested(pod: Pod, resource: string): boolean {
  return everyContainer(pod).some(({ resources }) => KINDS.some((kind) => has(resources, kind, resource)));
}

function has(resources: unknown, kind: Kind, resource: string): boolean {
  return !isAbsent(asObject(asObject(resources)[kind])[resource]);
}

function newRequests(
  requests: unknown,
  members: readonly (readonly [resource: string, value: string])[],
): GrownResources['values'] {
  if (members.length === 0) return [];
  const path = [...FIELD, 'requests'];
  if (!isObject(requests)) return [{ path, value: Object.fromEntries(members) }];
  return members.map(([resource, value]) => ({ path: [...path, resource], value }));
}

function isKind(key: string): boolean {
  return KINDS.some((kind) => kind === key);
}

interface Entry extends Violation {
  readonly kind: Kind;
  readonly resource: string;
}

function entriesOf(resources: JsonObject): Entry[] {
  return KINDS.flatMap((kind) =>
    Object.entries(asObject(resources[kind]))
      .filter(([resource, given]) => isPodLevel(resource) && !isAbsent(given))
      .map(([resource, given]) => ({
        path: [...FIELD, kind, resource],
        kind,
        resource,
        expected: QUANTITY.expected,
        given,
      })),
  );
}

/** In YAML, a quantity may be a number. */
function parsed(given: unknown): string | undefined {
  return typeof given === 'string' || typeof given === 'number' ? QUANTITY.parse(String(given)) : undefined;
}
