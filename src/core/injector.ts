import {
  type Decision,
  decide,
  type FinalDecision,
  type Injected,
  type Skipped,
} from './decision/decision.js';
import { type Explanation, explain } from './decision/explanation.js';
import { type Selection, selectionOf } from './decision/selection.js';
import type { NamespaceFacts, RequestFacts, Subject } from './decision/subject.js';
import { type MoveOperation, moveToEnd } from './patch/move.js';
import {
  type AddOperation,
  buildPatch,
  type Identity,
  type PatchOperation,
  recordSkipped,
  shapeKey,
  shapeOf,
} from './patch/patch.js';
import { REMOVE_REDIRECT, type RemoveOperation } from './patch/redirect-record.js';
import { type ForeignMarks, foreignMarks } from './settings/foreign-marks.js';
import { resolveDefaults, type SettingsWithoutUser } from './settings/resolved-settings.js';
import type { PodAdditions, Settings } from './settings/settings.js';

/** Decides and patches with one configuration: the entry point to the core for the webhook, the CLI, and the tests. */
export class Injector {
  readonly #defaults: SettingsWithoutUser;
  readonly #foreign: ForeignMarks;

  /** The settings must be valid; `config/load.ts` checks them. */
  constructor(
    readonly settings: Settings,
    readonly identity: Identity,
  ) {
    this.#defaults = resolveDefaults(settings);
    this.#foreign = foreignMarks(settings.foreignProxies);
  }

  /** Decides whether a Pod gets a proxy. Without the namespace, the decision may be that it is needed. */
  decide(object: unknown, request: RequestFacts, namespace: NamespaceFacts): FinalDecision;
  decide(object: unknown, request: RequestFacts, namespace: NamespaceFacts | undefined): Decision;
  decide(object: unknown, request: RequestFacts, namespace: NamespaceFacts | undefined): Decision {
    return decide(this.#subject(object, request, namespace));
  }

  /** Whether the API server calls the webhook for a Pod. */
  selection(object: unknown, request: RequestFacts, namespace: NamespaceFacts | undefined): Selection {
    return selectionOf(this.#subject(object, request, namespace));
  }

  /** Explains a decision of this injector about the same input. */
  explain(
    decision: FinalDecision,
    object: unknown,
    request: RequestFacts,
    namespace: NamespaceFacts | undefined,
  ): Explanation {
    return explain(decision, this.#subject(object, request, namespace));
  }

  /** Everything a patch depends on, as a string. Pods with equal keys get equal patches from this injector. */
  patchKey({ pod, overridesKey, resourcesKey, settings, probes, recordedWarnings }: Injected): string {
    const { uid, gid } = settings.redirect;
    const shape = shapeKey(shapeOf(pod, this.settings, settings, probes));
    const recorded = this.#recorded(recordedWarnings).join('\n');
    return `${uid}:${gid}:${settings.drainSeconds}\n${overridesKey}${resourcesKey}${shape}${recorded}`;
  }

  /**
   * The operations that add the proxy to a Pod. The decision must be from this injector. `inherited` are the pull
   * secrets of the ServiceAccount, for a Pod that has none; a Pod in a request has them already.
   */
  patch(
    { pod, settings, probes, recordedWarnings }: Injected,
    inherited: PodAdditions['imagePullSecrets'] = [],
  ): PatchOperation[] {
    const shape = shapeOf(pod, this.settings, settings, probes);
    const record = { ...this.identity, warnings: this.#recorded(recordedWarnings) };
    return buildPatch(shape, settings, this.settings, record, inherited);
  }

  /** The operations that record on a Pod why it gets no proxy. None if it says so already, or is not to say so. */
  record({ reason, recordedOn }: Skipped): AddOperation[] {
    return recordedOn === undefined ? [] : recordSkipped(recordedOn, reason);
  }

  /**
   * The operations for a Pod that gets no proxy: they move the init container of an injected Pod that is not last, and
   * remove the annotation `redirect` of one that is not injected.
   */
  repairs({ misplacedInit, hasStaleRedirect }: Skipped): (MoveOperation | RemoveOperation)[] {
    return [
      ...(misplacedInit === undefined ? [] : [moveToEnd(misplacedInit)]),
      ...(hasStaleRedirect ? [REMOVE_REDIRECT] : []),
    ];
  }

  #recorded(warnings: readonly string[]): readonly string[] {
    return this.settings.annotateOutcome === 'enabled' ? warnings : [];
  }

  #subject(object: unknown, request: RequestFacts, namespace: NamespaceFacts | undefined): Subject {
    const { settings, identity } = this;
    return {
      object,
      request,
      namespace,
      settings,
      configHash: identity.configHash,
      defaults: this.#defaults,
      foreign: this.#foreign,
    };
  }
}
