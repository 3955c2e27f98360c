import { Injectable } from '@nestjs/common';
import type { FinalDecision, Injected } from '../core/decision/decision.js';
import type { Injector } from '../core/injector.js';
import { PatchCache } from '../core/patch-cache.js';

/**
 * Encodes patches. Pods of one shape with the same overrides and the same user of the proxy share a patch, which is
 * built once per injector.
 */
@Injectable()
export class PatchService {
  readonly #caches = new WeakMap<Injector, PatchCache<string>>();

  /** The JSON Patch, in base64, for a Pod that the injector decided about; undefined if the Pod does not change. */
  patch(decision: FinalDecision, injector: Injector): string | undefined {
    if (decision.outcome === 'injected') return this.#addition(decision, injector);
    if (decision.outcome === 'denied') return undefined;
    const operations = [...injector.repairs(decision), ...injector.record(decision)];
    return operations.length > 0 ? encoded(operations) : undefined;
  }

  #addition(decision: Injected, injector: Injector): string {
    const key = injector.patchKey(decision);
    return this.#cacheOf(injector).get(key, () => encoded(injector.patch(decision)));
  }

  #cacheOf(injector: Injector): PatchCache<string> {
    let cache = this.#caches.get(injector);
    if (cache === undefined) {
      cache = new PatchCache();
      this.#caches.set(injector, cache);
    }
    return cache;
  }
}

function encoded(operations: readonly object[]): string {
  return Buffer.from(JSON.stringify(operations)).toString('base64');
}
