import type { KubernetesObject } from '../../chart/chart.js';
import { PEER_IMAGE } from '../local-cluster/images.js';

/** The containers that the injector adds, in the order in which they start in `native` mode. */
export const INJECTED = ['init-iptables', 'proxy-sidecar'];

/** A template of Pods that are stored but never start, because their scheduling gate stays. */
export function heldTemplate(metadata: object = {}, spec: object = {}): KubernetesObject {
  const containers = [{ name: 'app', image: PEER_IMAGE, args: ['app'] }];
  return { metadata, spec: { schedulingGates: [{ name: 'example.com/held' }], containers, ...spec } };
}

/** A Pod of {@link heldTemplate}. */
export function heldPod(name: string, metadata: object = {}, spec: object = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Pod', ...heldTemplate({ name, ...metadata }, spec) };
}

/**
 * The names of all containers of a Pod that are named like the injector's: {@link INJECTED} if it is injected once,
 * none if it is not injected.
 */
export function injectedInto({ spec }: KubernetesObject): string[] {
  return [...(spec.initContainers ?? []), ...spec.containers]
    .map(({ name }: { name: string }) => name)
    .filter((name) => INJECTED.includes(name));
}

/** The API path of the Pods of a namespace. */
export function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`;
}

/** The same path for a dry run, as `kubectl create --dry-run=server` requests it. */
export function dryRunPath(namespace: string): string {
  return `${podsPath(namespace)}?dryRun=All`;
}
