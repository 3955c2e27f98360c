import type { StringMap } from '../pod/pod.js';
import type { Injection } from '../settings/resolved-settings.js';
import type { Settings } from '../settings/settings.js';

/** What the API server says about the request; a fact it did not send is undefined and taken as the creation of a Pod. */
export interface RequestFacts {
  readonly operation?: string | undefined;
  /** `group/version/Kind`, the core group being empty: `/v1/Pod`. */
  readonly kind?: string | undefined;
  readonly subResource?: string | undefined;
  readonly namespace: string;
}

/** What is known about the namespace. */
export interface NamespaceFacts {
  readonly annotations: StringMap;
}

/** All that a decision depends on. */
export interface Subject {
  readonly object: unknown;
  readonly request: RequestFacts;
  /** Undefined where it has not been looked up yet. */
  readonly namespace: NamespaceFacts | undefined;
  readonly settings: Settings;
  /** `defaultInjection(settings)`, made once a configuration. */
  readonly base: Injection;
}
