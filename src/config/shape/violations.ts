import { nullEntries } from '../../core/values/json.js';
import { type Path, pathText } from '../../core/values/path.js';
import type { ConfigViolation } from '../schema/config-violation.js';
import { type Constraints, constraintViolations } from './constraint.js';
import type { Shape } from './shape.js';
import { shapeViolations } from './shape-violations.js';

/** Checks a Kubernetes object against its shape, and against constraints between its fields. */
export function violationsOf(value: unknown, shape: Shape, constraints: Constraints): ConfigViolation[] {
  const known = [...shapeViolations([], value, shape), ...nullEntryViolations(value)];
  // If a misspelled field also breaks a constraint, report only the field.
  const explained = new Set(known.flatMap(({ path }) => prefixesOf(path)));
  const broken = constraintViolations(value, constraints).filter(
    ({ path }) => !explained.has(pathText(path)),
  );
  return [...known, ...broken];
}

/** The same violations, with paths that start further up. */
export function under(path: Path, violations: readonly ConfigViolation[]): ConfigViolation[] {
  return violations.map((violation) => ({ ...violation, path: [...path, ...violation.path] }));
}

/** Whether the inner path starts with the outer one. */
export function isWithin(outer: Path, inner: Path): boolean {
  return outer.every((key, index) => inner[index] === key);
}

/** The path and those of everything around it, as text. */
function prefixesOf(path: Path): string[] {
  return Array.from({ length: path.length + 1 }, (_, length) => pathText(path.slice(0, length)));
}

/** Rejects null in lists: Go would decode it to an empty entry. */
function nullEntryViolations(value: unknown): ConfigViolation[] {
  return nullEntries(value).map((path) => ({ path, expected: 'a value', given: null }));
}
