import { Injectable } from '@nestjs/common';
import type { FinalDecision, Injected } from '../core/decision/decision.js';
import type { Injector } from '../core/injector.js';

/** Patches kept per injector; the Pods of a cluster have a handful of shapes and overrides. */
const MAX_PATCHES = 256;

/** Overrides that take more are not worth keeping: the longest valid ones only do if they are padded with spaces. */
const MAX_KEY = 32 * 1024;

/**
 * Encodes patches. Pods of one shape with the same overrides and the same user of the proxy share a patch, which is
 * built once per injector.
 */
@Injectable()
export class PatchService {
  readonly #patches = new WeakMap<Injector, Map<string, string>>();

  /** The JSON Patch, in base64, for a Pod that the injector decided about; undefined if the Pod does not change. */
  patch(decision: FinalDecision, injector: Injector): string | undefined {
    if (decision.outcome === 'injected') return this.#addition(decision, injector);
    const moves = decision.outcome === 'skipped' ? injector.moves(decision) : [];
    return moves.length > 0 ? encoded(moves) : undefined;
  }

  #addition(decision: Injected, injector: Injector): string {
    const patches = this.#patchesOf(injector);
    const key = injector.patchKey(decision);
    let patch = patches.get(key);
    if (patch === undefined) {
      patch = encoded(injector.patch(decision));
      if (key.length > MAX_KEY) return patch;
      if (patches.size >= MAX_PATCHES) patches.clear();
      patches.set(key, patch);
    }
    return patch;
  }

  #patchesOf(injector: Injector): Map<string, string> {
    let patches = this.#patches.get(injector);
    if (patches === undefined) {
      patches = new Map();
      this.#patches.set(injector, patches);
    }
    return patches;
  }
}

function encoded(operations: readonly object[]): string {
  return Buffer.from(JSON.stringify(operations)).toString('base64');
}
