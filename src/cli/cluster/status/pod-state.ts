import type { NamespaceFacts } from '../../../core/decision/subject.js';
import type { Injector } from '../../../core/injector.js';
import { removalOf } from '../../../core/patch/removal.js';
import { PROXY_NAME } from '../../../core/pod/container-names.js';
import { outcomeRecord } from '../../../core/pod/outcome-record.js';
import { checkPod, everyContainer, type Pod } from '../../../core/pod/pod.js';
import { asObject, type JsonObject } from '../../../core/values/json.js';
import { changesOf } from '../../../manifests/edit/collection-changes.js';
import type { OwnWebhooks } from '../../selection/own-webhooks.js';
import { isAnyCalled } from '../../selection/webhook-call.js';
import { type ProxyState, proxyState } from './proxy-state.js';

/** What the injector did with a Pod, and how that differs from what it would do now. */
export type PodState =
  | {
      readonly state: 'injected';
      readonly proxy: ProxyState;
      readonly configHash: string;
      readonly version: string;
      readonly image: string;
      /** What differs from what would be injected now; empty if that is the same or unknown. */
      readonly stale: readonly string[];
    }
  | { readonly state: 'skipped'; readonly reason: string; readonly stale: readonly string[] }
  /** It has no record, although the API server would call the webhook now. */
  | { readonly state: 'neverAsked'; readonly reason: string }
  /** It has no record, and the API server would not call the webhook. */
  | { readonly state: 'notSelected' }
  /** It has no record, and it is unknown whether the API server would call the webhook. */
  | { readonly state: 'unknown' };

/** What the injector would do now. */
export interface Present {
  /** Undefined if its configuration could not be read. */
  readonly injector: Injector | undefined;
  /** The version of the injector in the cluster; undefined if unknown. */
  readonly version: string | undefined;
  /** Whether this command computes the same hash of a configuration: not if its version is another. */
  readonly knowsHash: boolean;
  /** The facts about a namespace; without labels if it could not be read. */
  readonly namespaces: ReadonlyMap<string, NamespaceFacts>;
  /** Those of the cluster; none if they could not be read, which leaves the selectors of the chart. */
  readonly webhooks: OwnWebhooks;
}

/** Compares one Pod with what the injector would do now. */
export function podState(object: JsonObject, present: Present): PodState {
  if (checkPod(object) !== undefined) return { state: 'unknown' };
  const pod = object as unknown as Pod;
  const record = outcomeRecord(pod);
  if (record.status === 'none') return unrecorded(object, present);
  const now = decisionNow(object, present);
  if (record.status === 'skipped') {
    const stale = now?.outcome === 'injected' ? ['would be injected'] : [];
    return { state: 'skipped', reason: record.reason ?? 'unknown reason', stale };
  }
  const { configHash = '', version = '' } = record;
  const image = String(asObject(everyContainer(pod).find(({ name }) => name === PROXY_NAME)).image ?? '');
  const { injector } = present;
  const hash = injector?.identity.configHash;
  const stale = [
    ...(hash !== undefined && present.knowsHash && configHash !== hash ? ['configuration'] : []),
    ...(now?.outcome === 'injected' && now.settings.image !== image ? ['image'] : []),
    ...(present.version !== undefined && version !== present.version ? ['version'] : []),
    ...(now !== undefined && now.outcome !== 'injected' ? [`would be ${now.outcome}: ${now.reason}`] : []),
  ];
  return { state: 'injected', proxy: proxyState(object), configHash, version, image, stale };
}

function unrecorded(object: JsonObject, present: Present): PodState {
  const isCalled = isCalledFor(object, present);
  if (isCalled === false) return { state: 'notSelected' };
  const now = isCalled ? decisionNow(object, present) : undefined;
  if (now === undefined) return { state: 'unknown' };
  return now.reason === 'mirror-pod' ? { state: 'notSelected' } : { state: 'neverAsked', reason: now.reason };
}

/** Whether the API server would call the webhook for a Pod without a proxy; undefined if that is unknown. */
function isCalledFor(object: JsonObject, { injector, namespaces, webhooks }: Present): boolean | undefined {
  const request = requestFor(namespaceOf(object));
  const facts = namespaces.get(request.namespace);
  const calls = webhooks.callsFor({ object, workload: 'Pod', request }, facts?.labels);
  return calls ? isAnyCalled(calls) : injector?.selection(object, request, facts).isCalled;
}

/** What the injector would decide about the Pod as it was before. */
function decisionNow(object: JsonObject, { injector, namespaces }: Present) {
  const namespace = namespaceOf(object);
  const facts = namespaces.get(namespace);
  if (injector === undefined || facts === undefined) return undefined;
  const removal = removalOf(object);
  const before = removal ? changesOf(object, removal.operations).after : object;
  return injector.decide(before, requestFor(namespace), facts);
}

function requestFor(namespace: string) {
  return { operation: 'CREATE', kind: '/v1/Pod', subResource: '', namespace };
}

function namespaceOf({ metadata }: JsonObject): string {
  return String(asObject(metadata).namespace);
}
