import type { Pod } from '../pod/pod.js';
import { type InjectedResources, injectedResources } from '../resources/injected-resources.js';
import { type Drain, drainOf } from '../settings/drain.js';
import type { ForeignMarks } from '../settings/foreign-marks.js';
import { type Resolution, resolveOverrides } from '../settings/overrides.js';
import { type ProbePlan, planProbes } from '../settings/probe-aliases.js';
import { type ProxyUser, type ProxyUserResolution, resolveProxyUser } from '../settings/proxy-user.js';
import type { Settings } from '../settings/settings.js';
import type { Path } from '../values/path.js';
import type { StringMap } from '../values/shape.js';
import type { RequestFacts, Subject } from './subject.js';

/**
 * The result of a rule. Falsy: it does not hold. Otherwise it does; a string is a detail for the message, and a
 * {@link FieldMatch} is the one field that makes it hold.
 */
export type RuleMatch = boolean | string | FieldMatch | undefined;

/** The field of the Pod that makes a rule hold. */
export interface FieldMatch {
  readonly path: Path;
  /** Appended to the message. */
  readonly text?: string;
}

/** A subject as the rules read it. The overrides, the proxy's user, and the probes are resolved on first use. */
export class Evaluation {
  readonly object: unknown;
  readonly request: RequestFacts;
  readonly settings: Settings;
  readonly configHash: string;
  readonly foreign: ForeignMarks;
  readonly #subject: Subject;
  #resolution: Resolution | undefined;
  #probes: ProbePlan | undefined;
  #proxyUser: ProxyUserResolution | undefined;
  #drain: Drain | undefined;
  #resources: InjectedResources | undefined;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.object = subject.object;
    this.request = subject.request;
    this.settings = subject.settings;
    this.configHash = subject.configHash;
    this.foreign = subject.foreign;
  }

  /** Only for rules after `malformed-pod`, which checks the object. */
  get pod(): Pod {
    return this.object as Pod;
  }

  get annotations(): StringMap {
    return this.pod.metadata?.annotations ?? {};
  }

  get labels(): StringMap {
    return this.pod.metadata?.labels ?? {};
  }

  get namespaceAnnotations(): StringMap {
    return this.#subject.namespace?.annotations ?? {};
  }

  get namespaceLabels(): StringMap {
    return this.#subject.namespace?.labels ?? {};
  }

  get resolution(): Resolution {
    const { defaults, settings } = this.#subject;
    this.#resolution ??= resolveOverrides(
      defaults,
      settings.allowedOverrides,
      this.annotations,
      this.namespaceAnnotations,
      this.labels,
    );
    return this.#resolution;
  }

  /** How long the proxy drains, with the overrides applied. */
  get drain(): Drain {
    this.#drain ??= drainOf(this.pod, this.resolution.settings);
    return this.#drain;
  }

  get probes(): ProbePlan {
    this.#probes ??= planProbes(this.pod, this.resolution.settings);
    return this.#probes;
  }

  get resources(): InjectedResources {
    const { pod, annotations, resolution, settings } = this;
    this.#resources ??= injectedResources(pod, annotations, resolution.settings, settings.proxy.podResources);
    return this.#resources;
  }

  get proxyUser(): ProxyUserResolution {
    this.#proxyUser ??= resolveProxyUser(this.settings.proxy, this.namespaceAnnotations);
    return this.#proxyUser;
  }

  /** Only after `invalid-id-range`, which denies Pods whose proxy has no user. */
  get user(): ProxyUser {
    return this.proxyUser.user as ProxyUser;
  }
}
