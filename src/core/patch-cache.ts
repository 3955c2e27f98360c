/** Patches kept per cache; the Pods of a cluster have a handful of shapes and overrides. */
const MAX_PATCHES = 256;

/** Overrides that take more are not worth keeping: the longest valid ones only do if they are padded with spaces. */
const MAX_KEY = 32 * 1024;

/** Keeps what was built for the Pods of one injector, by `Injector.patchKey`. */
export class PatchCache<T> {
  readonly #patches = new Map<string, T>();

  /** The patch of a key; `build` makes it if it is not there. */
  get(key: string, build: () => T): T {
    let patch = this.#patches.get(key);
    if (patch === undefined) {
      patch = build();
      if (key.length > MAX_KEY) return patch;
      if (this.#patches.size >= MAX_PATCHES) this.#patches.clear();
      this.#patches.set(key, patch);
    }
    return patch;
  }
}
