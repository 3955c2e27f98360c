import { ExitCode } from '../exit-code.js';
import { type Io, painter } from '../io.js';
import { alignColumns } from './columns.js';
import { withoutControls } from './plain.js';

/** How a line of the report is colored. */
export type Tone = 'good' | 'notice' | 'bad';

/** One line of the report: the outcome of one workload. */
export interface ReportLine {
  /** `deploy.yaml:14`; undefined if the input is a single file. */
  readonly position: string | undefined;
  /** In kubectl's notation: `deployment/web -n shop`; without `-n` if the manifest names no namespace. */
  readonly label: string;
  readonly outcome: string;
  readonly tone: Tone;
  readonly message: string;
  readonly warnings: readonly string[];
}

const COLORS = { good: 'green', notice: 'yellow', bad: 'red' } as const;

/** Writes a line for each workload, aligned in columns, and then the errors. Returns the exit code of the errors. */
export function writeReport(io: Io, lines: readonly ReportLine[], errors: readonly string[]): ExitCode {
  const { stderr } = io;
  const paint = painter(stderr);
  const rows = lines.flatMap(({ position, label, outcome, tone, message, warnings }) => {
    const subject = position === undefined ? [label] : [position, label];
    return [
      [...subject, paint(COLORS[tone], outcome), message],
      ...warnings.map((warning) => [...subject.map(() => ''), paint('yellow', 'warning'), warning]),
    ];
  });
  for (const cells of alignColumns(rows)) stderr.write(`${cells.join('  ')}\n`);
  return writeErrors(io, errors, lines.length);
}

/** Writes one error about the input, the configuration, or the command line. */
export function writeError(stderr: Io['stderr'], error: string): void {
  stderr.write(`${painter(stderr)('red', 'error:')} ${withoutControls(error)}\n`);
}

/** Writes one warning about the input or the configuration. */
export function writeWarning(stderr: Io['stderr'], warning: string): void {
  stderr.write(`${painter(stderr)('yellow', 'warning:')} ${withoutControls(warning)}\n`);
}

/** Writes the errors, or that the input has no workloads. Returns the exit code. */
export function writeErrors({ stderr }: Io, errors: readonly string[], workloads: number): ExitCode {
  for (const error of errors) writeError(stderr, error);
  if (workloads + errors.length === 0) stderr.write('No workloads found in the input.\n');
  return errors.length > 0 ? ExitCode.invalid : ExitCode.success;
}
