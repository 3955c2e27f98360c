import type { Pod, StringMap } from '../pod/pod.js';
import { applyOverrides, type Overridden } from '../settings/overrides.js';
import type { Settings } from '../settings/settings.js';
import type { Path } from '../values/path.js';
import type { RequestFacts, Subject } from './subject.js';

/** True, or what was found, where a rule holds. */
export type Finding = boolean | string | Culprit | undefined;

/** The one value of the Pod that makes a rule hold. */
export interface Culprit {
  readonly path: Path;
  /** What is said about it beside the sentence of the reason. */
  readonly text?: string;
}

/** What the rules look at; what costs something is worked out when it is first asked for. */
export class Facts {
  readonly object: unknown;
  readonly request: RequestFacts;
  readonly settings: Settings;
  readonly #subject: Subject;
  #overridden: Overridden | undefined;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.object = subject.object;
    this.request = subject.request;
    this.settings = subject.settings;
  }

  /** Only to be asked for by rules after `malformed-pod`. */
  get pod(): Pod {
    return this.object as Pod;
  }

  get annotations(): StringMap {
    return this.pod.metadata?.annotations ?? {};
  }

  get namespaceAnnotations(): StringMap {
    return this.#subject.namespace?.annotations ?? {};
  }

  get overridden(): Overridden {
    const { base, settings } = this.#subject;
    this.#overridden ??= applyOverrides(
      base,
      settings.allowedOverrides,
      this.annotations,
      this.namespaceAnnotations,
    );
    return this.#overridden;
  }
}
