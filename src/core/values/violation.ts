import { type Path, pathText } from './path.js';

/** An invalid value. */
export interface Violation<Given = unknown> {
  /** Relative to the checked value; empty for the value itself. */
  readonly path: Path;
  /** The valid values, completing the sentence "expected ...". */
  readonly expected: string;
  readonly given: Given;
}

/** `spec.containers: expected a list, got a string`; `given` is printed as is. */
export function violationText({ path, expected, given }: Violation<string>): string {
  return `${pathText(path) || 'object'}: expected ${expected}, got ${given}`;
}
