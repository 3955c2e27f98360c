import { Injectable } from '@nestjs/common';
import { ConfigService } from '../config/config.service.js';
import type { Snapshot } from '../config/snapshot.js';
import type { Injected } from '../core/decision.js';
import { buildPatch, type PodShape, shapeOf } from '../core/patch.js';

/** How many patches are kept; a cluster's Pods have a handful of shapes. */
const MAX_SHAPES = 256;

/** Builds and encodes patches. Pods without overrides that have the same shape get the same one, which is made once. */
@Injectable()
export class PatchService {
  readonly #patches = new Map<string, string>();
  #snapshot: Snapshot | undefined;

  constructor(private readonly config: ConfigService) {}

  /** The JSON Patch for a Pod, in base64. */
  patch({ pod, injection }: Pick<Injected, 'pod' | 'injection'>): string {
    const snapshot = this.#fresh();
    const shape = shapeOf(pod, snapshot.settings);
    if (injection !== snapshot.base) return encode(shape, injection, snapshot);
    const key = JSON.stringify(shape);
    const known = this.#patches.get(key);
    if (known !== undefined) return known;
    const patch = encode(shape, injection, snapshot);
    if (this.#patches.size < MAX_SHAPES) this.#patches.set(key, patch);
    return patch;
  }

  #fresh(): Snapshot {
    const { current } = this.config;
    if (current !== this.#snapshot) {
      this.#snapshot = current;
      this.#patches.clear();
    }
    return current;
  }
}

function encode(shape: PodShape, injection: Injected['injection'], { settings, identity }: Snapshot): string {
  return Buffer.from(JSON.stringify(buildPatch(shape, injection, settings, identity))).toString('base64');
}
