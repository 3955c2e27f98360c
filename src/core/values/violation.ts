import { type Path, pathText } from './path.js';

/** A value that is not what it must be. */
export interface Violation<Given = unknown> {
  /** From the checked value down; empty for the value itself. */
  readonly path: Path;
  /** Which values are valid, as the end of the sentence "expected ...". */
  readonly expected: string;
  readonly given: Given;
}

/** `spec.containers: expected a list, got a string`; `given` is shown as is. */
export function violationText({ path, expected, given }: Violation<string>): string {
  return `${pathText(path) || 'object'}: expected ${expected}, got ${given}`;
}
