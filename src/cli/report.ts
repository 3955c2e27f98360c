import { inColumns } from './columns.js';
import { ExitCode } from './exit-code.js';
import { type Io, painter } from './io.js';
import type { OpenFiles } from './manifests.js';

/** How a line of the report is meant. */
export type Tone = 'good' | 'notice' | 'bad';

/** One line of the report: what came of one workload. */
export interface ReportLine {
  readonly label: string;
  readonly outcome: string;
  readonly tone: Tone;
  readonly message: string;
  readonly warnings: readonly string[];
}

const COLOURS = { good: 'green', notice: 'yellow', bad: 'red' } as const;

/** Writes a line for each workload, in columns, and then what is wrong. */
export function writeReport({ stderr }: Io, lines: readonly ReportLine[], problems: readonly string[]): void {
  const paint = painter(stderr);
  const rows = lines.flatMap(({ label, outcome, tone, message, warnings }) => [
    [label, paint(COLOURS[tone], outcome), message],
    ...warnings.map((warning) => ['', paint('yellow', 'warning'), warning]),
  ]);
  for (const cells of inColumns(rows)) stderr.write(`${cells.join('  ')}\n`);
  for (const problem of problems) writeProblem(stderr, problem);
}

/** Writes something that is wrong with the input, the configuration or the command line. */
export function writeProblem(stderr: Io['stderr'], problem: string): void {
  stderr.write(`${painter(stderr)('red', 'error:')} ${problem}\n`);
}

/** Writes what is wrong with files and with the documents in them, and tells how that ends. */
export function writeProblems({ stderr }: Io, { files, problems }: OpenFiles): ExitCode {
  const documents = files.flatMap(({ manifests }) => manifests.problems.map(String));
  for (const problem of [...problems, ...documents]) writeProblem(stderr, problem);
  return problems.length + documents.length > 0 ? ExitCode.badInput : ExitCode.done;
}
