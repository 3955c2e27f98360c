import { Injectable } from '@nestjs/common';
import type { Injected } from '../core/decision/decision.js';
import type { Injector } from '../core/injector.js';

/** How many patches are kept; the Pods of a cluster have a handful of shapes and overrides. */
const MAX_PATCHES = 256;

/** Encodes patches. Pods of one shape with the same overrides get the same patch, which is made once a configuration. */
@Injectable()
export class PatchService {
  readonly #patches = new Map<string, string>();
  #injector: Injector | undefined;

  /** The JSON Patch for a Pod that the injector decided to inject, in base64. */
  patch(decision: Injected, injector: Injector): string {
    if (injector !== this.#injector || this.#patches.size >= MAX_PATCHES) this.#patches.clear();
    this.#injector = injector;
    const key = injector.patchKey(decision);
    let patch = this.#patches.get(key);
    if (patch === undefined) {
      patch = Buffer.from(JSON.stringify(injector.patch(decision))).toString('base64');
      this.#patches.set(key, patch);
    }
    return patch;
  }
}
