import type { Installation } from './installation.js';

/** How serious a problem is. `unknown`: the check itself failed, for example because a permission is missing. */
export type Severity = 'failed' | 'warning' | 'unknown';

/** One thing that is wrong, and what to do about it. */
export interface Problem {
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
}

/** What a check found. */
export interface Finding {
  readonly problems: readonly Problem[];
  /** What was measured, such as a version or a duration. */
  readonly detail?: string;
}

/** One check of an installation, or of a cluster before one. */
export interface Check {
  /** Also the heading in docs/reference/checks.md. */
  readonly id: string;
  /** What holds if the check finds no problem. */
  readonly title: string;
  /** Throws a `ClusterError` if something cannot be read, or `NoInjector`. */
  run(installation: Installation): Promise<Finding>;
}

/** A finding that consists of its problems only. */
export function problems(...found: readonly (Problem | false | undefined)[]): Finding {
  return { problems: found.filter((problem) => problem !== false && problem !== undefined) };
}
