/** What a run of the suites came to. */
export interface RunResult {
  /** How long each suite took. */
  readonly times: readonly string[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The names of failed tests and hooks, outermost first, with the error of each. */
  readonly failures: readonly Failure[];
  /** The suites that were left out, and why. */
  readonly leftOut: readonly string[];
}

/** A test or hook that failed. */
export interface Failure {
  readonly suite: string;
  readonly name: string;
  readonly message: string;
}

/**
 * The end of the output of `npm test`, most important last: the times, the failures, the counts, and what was left out
 * and why. Whoever reads only the last line learns that a suite did not run.
 */
export function summary({ times, passed, failed, skipped, failures, leftOut }: RunResult): string {
  const failureLines = failures.flatMap(({ suite, name, message }) => [
    `${suite}: ${name}`,
    ...message.split('\n').map((line) => `  ${line}`),
  ]);
  const parts = [
    [times.join(', ')],
    failures.length > 0 ? indented('failures', failureLines) : [],
    [`${passed} passed, ${failed} failed, ${skipped} skipped`],
    leftOut.length > 0 ? indented('left out', leftOut) : [],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `\n${lines.join('\n')}\n`)
    .join('');
}

function indented(title: string, lines: readonly string[]): string[] {
  return [`${title}:`, ...lines.map((line) => `  ${line}`)];
}
