import type { ResolvedSettings } from '../settings/resolved-settings.js';
import type { Settings } from '../settings/settings.js';
import type { StringMap } from '../values/shape.js';

/** What the API server says about the request. What it did not send is undefined and read as the creation of a Pod. */
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

/** Everything a decision depends on. */
export interface Subject {
  readonly object: unknown;
  readonly request: RequestFacts;
  /** Undefined if it has not been looked up yet. */
  readonly namespace: NamespaceFacts | undefined;
  readonly settings: Settings;
  /** `resolveDefaults(settings)`, computed once per configuration. */
  readonly defaults: ResolvedSettings;
}
