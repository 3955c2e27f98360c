import type { PullPolicy } from '../values/image.js';
import type { JsonObject } from '../values/json.js';
import { choice, type ValueType } from '../values/value-type.js';

/** How the proxy runs: as a container, or as a native sidecar (an init container with `restartPolicy: Always`). */
export const MODE = choice(['container', 'native']);
export type Mode = NonNullable<ReturnType<typeof MODE.parse>>;

/** What happens to ineligible Pods: they are denied, or admitted without a proxy, with a warning. */
export const INELIGIBLE_POLICY = choice(['deny', 'admit']);
export type IneligiblePolicy = NonNullable<ReturnType<typeof INELIGIBLE_POLICY.parse>>;

/** For which Pods the API server calls the webhook: those that opted in, or all that did not opt out. */
export const SELECTION = choice(['optIn', 'optOut']);
export type SelectionMode = NonNullable<ReturnType<typeof SELECTION.parse>>;

/** Namespaces that are always excluded: the cluster does not work without their Pods. */
export const SYSTEM_NAMESPACES: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

/** On or off. */
export const SWITCH = choice(['enabled', 'disabled']);
export type Switch = NonNullable<ReturnType<typeof SWITCH.parse>>;

/** Instead of a user or group ID: the last of those that OpenShift assigned to the namespace; see `proxy-user.ts`. */
export const FROM_NAMESPACE = 'namespace';
export type Id = number | typeof FROM_NAMESPACE;

/** How the kubelet's probes reach the app: through the proxy like all inbound traffic, or past it. */
export const PROBES = choice(['proxied', 'direct']);
export type Probes = NonNullable<ReturnType<typeof PROBES.parse>>;

/** Who applies the redirect: the Pod itself, with an init container that needs NET_ADMIN, or the agent on its node. */
export const REDIRECT_BY = choice(['pod', 'node']);
export type RedirectBy = NonNullable<ReturnType<typeof REDIRECT_BY.parse>>;

/** What happens to Pods with resources of their own (`spec.resources`); see `resources/pod-level.ts`. */
export const POD_RESOURCES = choice(['omit', 'grow', 'refuse']);
export type PodResources = NonNullable<ReturnType<typeof POD_RESOURCES.parse>>;

const LEVEL_OR_FILTER = /^[\w.:=,/*-]{1,256}$/;

/** The log level of the proxy, passed to it unchanged: a word, or a filter such as `info,hyper=warn`. */
export const LOG_LEVEL: ValueType<string> = {
  expected: 'a log level or filter (at most 256 letters, digits, and _ . : = , / * -)',
  parse: (text) => (LEVEL_OR_FILTER.test(text) ? text : undefined),
  schema: { pattern: LEVEL_OR_FILTER.source },
};

/** The environment variable of the proxy that holds its log level. */
export const LOG_LEVEL_VARIABLE = 'PROXY_LOG_LEVEL';

/** What decisions and patches depend on. The defaults are in `config/schema/`. */
export interface Settings {
  readonly ineligiblePods: IneligiblePolicy;
  /** Does not affect decisions, only what is said about the API server. */
  readonly selection: SelectionMode;
  readonly excludedNamespaces: readonly string[];
  /** Names of overrides; see `overrides.ts`. */
  readonly allowedOverrides: readonly string[];
  readonly foreignProxies: readonly ForeignProxy[];
  /** Whether Pods that are skipped, or injected with warnings, get annotations that say so. */
  readonly annotateOutcome: Switch;
  readonly proxy: ProxySettings;
  readonly init: InitSettings;
  readonly redirect: RedirectSettings;
  readonly pod: PodAdditions;
}

/** How to recognize Pods that another mesh handles, or is about to. */
export interface ForeignProxy {
  /** The mesh, as messages call it. */
  readonly name: string;
  /** Names of containers and init containers. A trailing `*` matches any ending. */
  readonly containers?: readonly string[] | undefined;
  /** Annotations or labels, as `key=value`, or as `key` for any value. */
  readonly metadata?: readonly string[] | undefined;
}

/** The section `proxy`. */
export interface ProxySettings {
  readonly image: string;
  readonly imagePullPolicy?: PullPolicy | undefined;
  readonly mode: Mode;
  readonly tcpPort: number;
  readonly udpPort: number;
  /** The user and group that the proxy runs as. The outbound redirect skips their packets. */
  readonly uid: Id;
  readonly gid: Id;
  readonly logLevel?: string | undefined;
  /** Whether the app starts only once the proxy listens. */
  readonly holdApplication: Switch;
  /** How long the proxy keeps serving in container mode when its Pod is deleted; see `drain.ts`. */
  readonly drainSeconds: string;
  readonly podResources: PodResources;
  /** More fields of the core/v1 Container, without nulls. An override wins over them. */
  readonly container: JsonObject;
}

/** The section `init`. */
export interface InitSettings {
  readonly image: string;
  readonly imagePullPolicy?: PullPolicy | undefined;
  /** More fields of the core/v1 Container, without nulls. */
  readonly container: JsonObject;
}

/** The section `redirect`. Ports, CIDRs and interfaces have the syntax of the annotations of the same name. */
export interface RedirectSettings {
  readonly by: RedirectBy;
  readonly inboundTcp: Switch;
  readonly inboundUdp: Switch;
  readonly skipInboundPorts: string;
  readonly probes: Probes;
  readonly dropInvalid: Switch;
  readonly outbound: Switch;
  readonly dns: Switch;
  readonly skipOutboundPorts: string;
  readonly skipOutboundCidrs: string;
  readonly skipInterfaces: string;
  readonly ipv6: Switch;
}

/** The section `pod`: added to the Pod besides the two containers, except for names that the Pod already has. */
export interface PodAdditions {
  readonly volumes: readonly (JsonObject & { readonly name: string })[];
  readonly imagePullSecrets: readonly { readonly name: string }[];
  readonly labels: { readonly [key: string]: string };
  readonly annotations: { readonly [key: string]: string };
}
