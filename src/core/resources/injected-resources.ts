import { overrideKey } from '../pod/annotations.js';
import { INIT_NAME, PROXY_NAME } from '../pod/container-names.js';
import type { Pod } from '../pod/pod.js';
import { resourceOverride } from '../settings/overrides.js';
import type { GrownResources, Resources, SettingsWithoutUser } from '../settings/resolved-settings.js';
import type { PodResources } from '../settings/settings.js';
import { WARNING_TEXTS } from '../settings/warning-texts.js';
import type { JsonObject } from '../values/json.js';
import type { StringMap } from '../values/shape.js';
import { equalized, isGuaranteed, isGuaranteedBy, QOS_RESOURCES } from './guaranteed.js';
import { grown, hasPodResources, isGuaranteedByOwn, isPodLevel } from './pod-level.js';

/** The resources of the containers that a Pod gets, and what its own become. */
export interface InjectedResources extends Resources {
  /** The resources of the init container. Those above are the proxy's. */
  readonly init: Resources;
  readonly grown?: GrownResources;
  /** What this Pod has to do with its resources, as a string; empty for most Pods. */
  readonly key: string;
  readonly warnings: readonly string[];
}

/** The containers by the names of their overrides. */
const CONTAINERS = { init: INIT_NAME, proxy: PROXY_NAME } as const;
type ContainerKind = keyof typeof CONTAINERS;

/**
 * Adapts the resources of the settings to a Pod. A Pod that has resources of its own gets what the policy says, unless
 * `podResourcesConflict` denies it. A Guaranteed Pod stays Guaranteed, unless its own annotations say otherwise.
 */
export function injectedResources(
  pod: Pod,
  annotations: StringMap,
  settings: SettingsWithoutUser,
  policy: PodResources,
): InjectedResources {
  const { init, requests, limits } = settings;
  const proxy = { requests, limits };
  if (hasPodResources(pod)) return withinPod(pod, annotations, { proxy, init }, policy);
  if (!isGuaranteed(pod)) return { requests, limits, init, key: '', warnings: [] };
  const equal = {
    proxy: equalizedFor('proxy', proxy, annotations),
    init: equalizedFor('init', init, annotations),
  };
  const warnings = (['init', 'proxy'] as const).flatMap((kind) => burstableText(kind, equal[kind]));
  return { ...equal.proxy, init: equal.init, key: keyOf(equal), warnings };
}

function withinPod(
  pod: Pod,
  annotations: StringMap,
  { proxy, init }: { readonly [kind in ContainerKind]: Resources },
  policy: PodResources,
): InjectedResources {
  const omitted = { init: withoutPodLevel(init), proxy: withoutPodLevel(proxy) };
  if (policy !== 'grow') {
    const warnings = ineffectiveTexts(['proxy', 'init'], annotations);
    return { ...omitted.proxy, init: omitted.init, key: 'omit\n', warnings };
  }
  const own = isGuaranteedByOwn(pod) ? equalizedFor('proxy', proxy, annotations) : pick(proxy);
  const growth = grown(pod, own);
  const warnings = ineffectiveTexts(['init'], annotations);
  return { ...own, init: omitted.init, grown: growth, key: keyOf([own, growth]), warnings };
}

function equalizedFor(kind: ContainerKind, resources: Resources, annotations: StringMap): Resources {
  return equalized(pick(resources), (resource, amount) =>
    Object.hasOwn(annotations, overrideKey(resourceOverride(kind, resource, amount))),
  );
}

function burstableText(kind: ContainerKind, resources: Resources): string[] {
  if (isGuaranteedBy({ ...resources })) return [];
  const missing = QOS_RESOURCES.filter((resource) => resources.limits[resource] === undefined);
  const why =
    missing.length > 0 ? `has no ${missing.join(' and ')} limit` : 'has limits other than its requests';
  return [WARNING_TEXTS['not-guaranteed'](CONTAINERS[kind], why)];
}

function ineffectiveTexts(kinds: readonly ContainerKind[], annotations: StringMap): string[] {
  return kinds
    .flatMap((kind) =>
      QOS_RESOURCES.flatMap((resource) =>
        ['request', 'limit'].map((amount) => overrideKey(resourceOverride(kind, resource, amount))),
      ),
    )
    .filter((key) => Object.hasOwn(annotations, key))
    .map((key) => WARNING_TEXTS['pod-resources'](key));
}

function withoutPodLevel({ requests, limits }: Resources): Resources {
  const others = (amounts: JsonObject) =>
    Object.fromEntries(Object.entries(amounts).filter(([resource]) => !isPodLevel(resource)));
  return { requests: others(requests), limits: others(limits) };
}

function pick({ requests, limits }: Resources): Resources {
  return { requests, limits };
}

function keyOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
