/** `enabled` or `disabled`, on a Pod or a Namespace. Also a label, which the webhook's selectors match. */
export const TOGGLE = 'proxy-injection';

/** The prefix of all other keys. */
export const PREFIX = `${TOGGLE}/`;

/** Set on every injected Pod, and on Pods that are admitted without a proxy. */
export const STATUS = `${PREFIX}status`;
/** The values of {@link STATUS}. */
export const STATUS_INJECTED = 'injected';
export const STATUS_SKIPPED = 'skipped';
/** Why a Pod was admitted without a proxy: a code of `decision/reasons.ts`. */
export const REASON = `${PREFIX}reason`;
/** What the owner of an injected Pod should know, one warning per line. */
export const WARNINGS = `${PREFIX}warnings`;
/** The hash of the configuration that the Pod was injected with; compare with the metric `config_info{hash}`. */
export const CONFIG_HASH = `${PREFIX}config-hash`;
/** The version of the injector that injected the Pod. */
export const VERSION = `${PREFIX}version`;
/**
 * JSON that `uninject` needs to restore the original: names that were added besides the containers, lists and maps that
 * were empty or null before, and the resources of the Pod itself before they grew. See `patch/added-annotation.ts`.
 * Most Pods do not need it. If a Pod arrives with one, for example as a copy of an injected Pod, it is rewritten.
 */
export const ADDED = `${PREFIX}added`;

/**
 * The redirect that the agent applies to the Pod in node mode; see `redirect/redirect-annotation.ts`. The agent acts on
 * it whoever wrote it, so it is removed from Pods that arrive with one, unless they are injected in node mode.
 */
export const REDIRECT = `${PREFIX}redirect`;

/**
 * The only label with the prefix, on a namespace: what the API server does with Pods that the injector was never asked
 * about. The chart's guard reads it.
 */
export const GUARD = `${PREFIX}guard`;

/** The annotations that the injector sets on a Pod. */
export const OWN_ANNOTATIONS: readonly string[] = [
  STATUS,
  REASON,
  WARNINGS,
  CONFIG_HASH,
  VERSION,
  ADDED,
  REDIRECT,
];

/** Set by the kubelet on the API object of a static Pod: kubernetes.io/docs/reference/labels-annotations-taints. */
export const MIRROR_POD = 'kubernetes.io/config.mirror';

/** The container that kubectl picks instead of the first: kubernetes.io/docs/reference/labels-annotations-taints. */
export const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/**
 * The IDs that OpenShift assigns to a namespace: the range of users, and ranges of groups. Source:
 * github.com/openshift/api, security/v1/consts.go.
 */
export const UID_RANGE = 'openshift.io/sa.scc.uid-range';
export const SUPPLEMENTAL_GROUPS = 'openshift.io/sa.scc.supplemental-groups';

/** The key of an override, for example `proxy-injection/cpu-limit`. */
export function overrideKey(name: string): string {
  return PREFIX + name;
}
