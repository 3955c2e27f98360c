import type { Pod } from '../pod/pod.js';
import { type Resolution, resolveOverrides } from '../settings/overrides.js';
import type { Settings } from '../settings/settings.js';
import type { Path } from '../values/path.js';
import type { StringMap } from '../values/shape.js';
import type { RequestFacts, Subject } from './subject.js';

/** What a rule finds: nothing, that it holds, a detail for the message, or the one field that makes it hold. */
export type RuleMatch = boolean | string | FieldMatch | undefined;

/** The one value of the Pod that makes a rule hold. */
export interface FieldMatch {
  readonly path: Path;
  /** Added to the sentence of the reason. */
  readonly text?: string;
}

/** A subject as the rules read it; what is expensive to derive is derived on first use. */
export class Evaluation {
  readonly object: unknown;
  readonly request: RequestFacts;
  readonly settings: Settings;
  readonly #subject: Subject;
  #resolution: Resolution | undefined;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.object = subject.object;
    this.request = subject.request;
    this.settings = subject.settings;
  }

  /** Only for rules after `malformed-pod`, which has checked the object. */
  get pod(): Pod {
    return this.object as Pod;
  }

  get annotations(): StringMap {
    return this.pod.metadata?.annotations ?? {};
  }

  get namespaceAnnotations(): StringMap {
    return this.#subject.namespace?.annotations ?? {};
  }

  get resolution(): Resolution {
    const { defaults, settings } = this.#subject;
    this.#resolution ??= resolveOverrides(
      defaults,
      settings.allowedOverrides,
      this.annotations,
      this.namespaceAnnotations,
    );
    return this.#resolution;
  }
}
