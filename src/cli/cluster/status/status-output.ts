import { stringify } from 'yaml';
import { type Io, painter } from '../../io.js';
import { writeWarning } from '../../output/report.js';
import type { ReasonLinks } from './reason-links.js';
import { statusTable } from './status-table.js';
import type { WorkloadStatus } from './workload-status.js';

/** The status of a cluster. Printed by `-o json`, so its keys are a public interface. */
export interface StatusReport {
  readonly context: string;
  /** What the Pods are compared with. */
  readonly injector: {
    readonly name: string | undefined;
    readonly version: string | undefined;
    readonly configHash: string | undefined;
  };
  readonly workloads: readonly WorkloadStatus[];
  /** The documentation of the reasons that the workloads have. */
  readonly reasons: ReasonLinks;
  /** What could not be read, and what that leaves unknown. */
  readonly notes: readonly string[];
}

/** How to show a status. */
export interface StatusFormat {
  readonly format: 'wide' | 'json' | 'yaml' | undefined;
  readonly showsNamespace: boolean;
}

/** Moves to the top left of a terminal, and clears from there. */
const HOME = '\u001b[H\u001b[J';

/** Writes a status once, or repeatedly for `--watch`. */
export class StatusOutput {
  readonly #io: Io;
  readonly #format: StatusFormat;
  #shown: ReadonlySet<string> = new Set();
  #notes: ReadonlySet<string> = new Set();

  constructor(io: Io, format: StatusFormat) {
    this.#io = io;
    this.#format = format;
  }

  write(report: StatusReport): void {
    const { stdout, stderr } = this.#io;
    for (const note of report.notes) writeWarning(stderr, note);
    const lines = this.#lines(report);
    if (lines.length === 1 && this.#isTable) stderr.write('No Pods found.\n');
    else stdout.write(`${lines.join('\n')}\n`);
  }

  /** Redraws a terminal. Elsewhere, writes only new lines, and each note once. */
  update(report: StatusReport): void {
    const { stdout, stderr } = this.#io;
    if (stdout.isTTY) {
      stdout.write(HOME);
      this.write(report);
      return;
    }
    for (const note of report.notes) if (!this.#notes.has(note)) writeWarning(stderr, note);
    this.#notes = new Set(report.notes);
    const lines = this.#lines(report);
    const changed = lines.filter((line) => !this.#shown.has(line));
    this.#shown = new Set(lines);
    if (changed.length > 0) stdout.write(`${changed.join('\n')}\n`);
  }

  get #isTable(): boolean {
    return this.#format.format === undefined || this.#format.format === 'wide';
  }

  #lines(report: StatusReport): string[] {
    const { format, showsNamespace } = this.#format;
    if (format === 'json') return [JSON.stringify(report, null, 2)];
    if (format === 'yaml') return [stringify(report, { lineWidth: 0 }).trimEnd()];
    const table = statusTable(
      report.workloads,
      { showsNamespace, isWide: format === 'wide', isCompared: report.injector.configHash !== undefined },
      painter(this.#io.stdout),
    );
    const links = Object.entries(report.reasons).map(([reason, link]) => `${reason}: ${link}`);
    return links.length === 0 ? table : [...table, '', ...links];
  }
}
