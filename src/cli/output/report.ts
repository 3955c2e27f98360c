import { ExitCode } from '../exit-code.js';
import { type Io, painter } from '../io.js';
import { inColumns } from './columns.js';

/** How a line of the report is meant. */
export type Tone = 'good' | 'notice' | 'bad';

/** One line of the report: what came of one workload. */
export interface ReportLine {
  /** `deploy.yaml:14`; undefined where the input is one file. */
  readonly position: string | undefined;
  /** As kubectl takes it: `deployment/web -n shop`; without a namespace where the manifest names none. */
  readonly label: string;
  readonly outcome: string;
  readonly tone: Tone;
  readonly message: string;
  readonly warnings: readonly string[];
}

const COLOURS = { good: 'green', notice: 'yellow', bad: 'red' } as const;

/** Writes a line for each workload, in columns, and then what is wrong; tells how that ends. */
export function writeReport(io: Io, lines: readonly ReportLine[], errors: readonly string[]): ExitCode {
  const { stderr } = io;
  const paint = painter(stderr);
  const rows = lines.flatMap(({ position, label, outcome, tone, message, warnings }) => {
    const what = position === undefined ? [label] : [position, label];
    return [
      [...what, paint(COLOURS[tone], outcome), message],
      ...warnings.map((warning) => [...what.map(() => ''), paint('yellow', 'warning'), warning]),
    ];
  });
  for (const cells of inColumns(rows)) stderr.write(`${cells.join('  ')}\n`);
  return writeErrors(io, errors, lines.length);
}

/** Writes something that is wrong with the input, the configuration or the command line. */
export function writeError(stderr: Io['stderr'], error: string): void {
  stderr.write(`${painter(stderr)('red', 'error:')} ${error}\n`);
}

/** Writes what is wrong with the input, or that there was no workload to do anything with; tells how that ends. */
export function writeErrors({ stderr }: Io, errors: readonly string[], workloads: number): ExitCode {
  for (const error of errors) writeError(stderr, error);
  if (workloads + errors.length === 0) stderr.write('There is no workload in the input.\n');
  return errors.length > 0 ? ExitCode.badInput : ExitCode.done;
}
