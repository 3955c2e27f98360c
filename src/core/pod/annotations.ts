/** `enabled` or `disabled`, on a Pod or a Namespace; as a label it is what the webhook's selectors match. */
export const TOGGLE = 'proxy-injection';

/** Every other key of ours starts with this. */
export const PREFIX = `${TOGGLE}/`;

/** Written on every Pod that we injected. */
export const STATUS = `${PREFIX}status`;
/** The only value of {@link STATUS}. */
export const STATUS_INJECTED = 'injected';
/** The hash of the configuration that the Pod was injected with (`config_info{hash}` of that moment). */
export const CONFIG_HASH = `${PREFIX}config-hash`;
/** The version of the injector that wrote the Pod. */
export const VERSION = `${PREFIX}version`;
/**
 * What else was added and what stood empty before, where taking the proxy out could not know it otherwise: JSON, see `trace.ts`. Most
 * Pods do not have it.
 */
export const ADDED = `${PREFIX}added`;

/** Set by the kubelet on the API object of a static Pod: kubernetes.io/docs/reference/labels-annotations-taints. */
export const MIRROR_POD = 'kubernetes.io/config.mirror';

/** The key of an override, for example `proxy-injection/cpu-limit`. */
export function overrideKey(name: string): string {
  return PREFIX + name;
}
