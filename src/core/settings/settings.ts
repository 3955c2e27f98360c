import type { PullPolicy } from '../values/image.js';
import type { JsonObject } from '../values/json.js';
import { choice, type ValueType } from '../values/value-type.js';

/** How the proxy runs: as a container beside the app's, or as a native sidecar (an init container that keeps running). */
export const MODE = choice(['container', 'native']);
export type Mode = NonNullable<ReturnType<typeof MODE.parse>>;

/** What happens to a Pod that must not get a proxy: refused, or let in unchanged with a warning. */
export const INELIGIBLE_POLICY = choice(['deny', 'admit']);
export type IneligiblePolicy = NonNullable<ReturnType<typeof INELIGIBLE_POLICY.parse>>;

/** On or off. */
export const SWITCH = choice(['enabled', 'disabled']);
export type Switch = NonNullable<ReturnType<typeof SWITCH.parse>>;

const LEVEL_OR_FILTER = /^[\w.:=,/*-]{1,256}$/;

/** The log level of the proxy, which is handed to it as it is: a word, or a filter such as `info,hyper=warn`. */
export const LOG_LEVEL: ValueType<string> = {
  expected: 'a log level or filter of letters, digits and any of _ . : = , / * - (at most 256)',
  parse: (text) => (LEVEL_OR_FILTER.test(text) ? text : undefined),
  schema: { pattern: LEVEL_OR_FILTER.source },
};

/** The part of the configuration that decision and patch depend on; its defaults are in `config/schema/`. */
export interface Settings {
  readonly ineligiblePods: IneligiblePolicy;
  readonly excludedNamespaces: readonly string[];
  /** Names of overrides, see `overrides.ts`. */
  readonly allowedOverrides: readonly string[];
  readonly proxy: ProxySettings;
  readonly init: InitSettings;
  readonly redirect: RedirectSettings;
  readonly pod: PodAdditions;
}

/** The section `proxy`. */
export interface ProxySettings {
  readonly image: string;
  readonly imagePullPolicy?: PullPolicy | undefined;
  readonly mode: Mode;
  readonly tcpPort: number;
  readonly udpPort: number;
  /** The user and group that the proxy runs as; the redirect of outbound traffic leaves their packets alone. */
  readonly uid: number;
  readonly gid: number;
  readonly logLevel?: string | undefined;
  /** Further fields of the core/v1 Container, as they are. */
  readonly container: JsonObject;
}

/** The section `init`. */
export interface InitSettings {
  readonly image: string;
  readonly imagePullPolicy?: PullPolicy | undefined;
  /** Further fields of the core/v1 Container, as they are. */
  readonly container: JsonObject;
}

/** Ports and CIDRs in the syntax of the annotations of the same names. */
export interface RedirectSettings {
  readonly inboundTcp: Switch;
  readonly inboundUdp: Switch;
  readonly skipInboundPorts: string;
  readonly outbound: Switch;
  readonly dns: Switch;
  readonly skipOutboundPorts: string;
  readonly skipOutboundCidrs: string;
  readonly ipv6: Switch;
}

/** What is added to the Pod beside the two containers, each by name unless the Pod has that name already. */
export interface PodAdditions {
  readonly volumes: readonly (JsonObject & { readonly name: string })[];
  readonly imagePullSecrets: readonly { readonly name: string }[];
  readonly labels: { readonly [key: string]: string };
  readonly annotations: { readonly [key: string]: string };
}
