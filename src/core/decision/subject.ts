import type { ForeignMarks } from '../settings/foreign-marks.js';
import type { SettingsWithoutUser } from '../settings/resolved-settings.js';
import type { Settings } from '../settings/settings.js';
import type { StringMap } from '../values/shape.js';

/** The request as the API server describes it. Missing fields are taken as those of a Pod creation. */
export interface RequestFacts {
  readonly operation?: string | undefined;
  /** `group/version/Kind`; the core group is empty: `/v1/Pod`. */
  readonly kind?: string | undefined;
  readonly subResource?: string | undefined;
  readonly namespace: string;
}

/** What a decision needs to know about the namespace. */
export interface NamespaceFacts {
  readonly annotations: StringMap;
  /** Undefined if they are unknown. */
  readonly labels?: StringMap | undefined;
}

/** All inputs of a decision. */
export interface Subject {
  readonly object: unknown;
  readonly request: RequestFacts;
  /** Undefined until it has been looked up. */
  readonly namespace: NamespaceFacts | undefined;
  readonly settings: Settings;
  /** The hash of the configuration that has the settings. */
  readonly configHash: string;
  /** `resolveDefaults(settings)`, computed once per configuration. */
  readonly defaults: SettingsWithoutUser;
  /** `foreignMarks(settings.foreignProxies)`, computed once per configuration. */
  readonly foreign: ForeignMarks;
}
