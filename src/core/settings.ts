import type { PullPolicy } from './image.js';
import type { JsonObject } from './json.js';

/** How the proxy runs: as a container beside the app's, or as a native sidecar (an init container that keeps running). */
export const MODES = ['container', 'native'] as const;
export type Mode = (typeof MODES)[number];

/** What happens to a Pod that must not get a proxy: refused, or let in unchanged with a warning. */
export const INELIGIBLE_POLICIES = ['deny', 'admit'] as const;
export type IneligiblePolicy = (typeof INELIGIBLE_POLICIES)[number];

export const SWITCH = ['enabled', 'disabled'] as const;
export type Switch = (typeof SWITCH)[number];

/** The part of the configuration that decision and patch depend on; its defaults are in `config/configuration.ts`. */
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

export interface InitSettings {
  readonly image: string;
  readonly imagePullPolicy?: PullPolicy | undefined;
  /** Further fields of the core/v1 Container, as they are. */
  readonly container: JsonObject;
}

/** Ports and CIDRs in the syntax of the annotations of the same names. */
export interface RedirectSettings {
  readonly skipInboundPorts: string;
  readonly outbound: Switch;
  readonly skipOutboundPorts: string;
  readonly skipOutboundCidrs: string;
}

/** What is added to the Pod beside the two containers, each by name unless the Pod has that name already. */
export interface PodAdditions {
  readonly volumes: readonly (JsonObject & { readonly name: string })[];
  readonly imagePullSecrets: readonly { readonly name: string }[];
  readonly labels: { readonly [key: string]: string };
  readonly annotations: { readonly [key: string]: string };
}
