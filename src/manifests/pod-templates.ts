import { isObject } from '../core/values/json.js';
import { type Path, pathText } from '../core/values/path.js';

/** No kind has its templates deeper. */
const MAX_DEPTH = 32;

/** Finds the Pods and Pod templates in a value, except those at or below the `known` paths. */
export function podTemplatesIn(root: unknown, known: readonly Path[]): Path[] {
  const skipped = new Set(known.map(pathText));
  const found: Path[] = [];
  const seen = new Set<unknown>(); // aliases share objects
  const visit = (value: unknown, path: Path): void => {
    if (typeof value !== 'object' || value === null || seen.has(value) || path.length > MAX_DEPTH) return;
    seen.add(value);
    if (skipped.size > 0 && skipped.has(pathText(path))) return;
    if (isPodTemplate(value)) {
      found.push(path);
      return;
    }
    const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
    for (const [key, inner] of entries) visit(inner, [...path, key]);
  };
  visit(root, []);
  return found;
}

/** An object with `spec.containers`, a list with an entry that has a name and an image. */
function isPodTemplate(value: unknown): boolean {
  if (!isObject(value) || !isObject(value.spec) || !Array.isArray(value.spec.containers)) return false;
  return value.spec.containers.some(
    (container) =>
      isObject(container) && typeof container.name === 'string' && typeof container.image === 'string',
  );
}
