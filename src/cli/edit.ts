import type { ManifestDocument } from '../manifests/document.js';
import { ManifestError } from '../manifests/problem.js';
import type { Workload } from '../manifests/workload.js';
import { labelOf } from './candidate.js';
import { ExitCode, worst } from './exit-code.js';
import type { Io } from './io.js';
import type { OpenFile, OpenFiles } from './manifests.js';
import { type Result, writeResults } from './output.js';
import type { OutputOptions } from './output-options.js';
import { type ReportLine, writeReport } from './report.js';
import { UserError } from './user-error.js';

/** What came of one workload. */
export interface Verdict extends Omit<ReportLine, 'label'> {
  readonly code: ExitCode;
}

/** Lets `judge` edit every workload, puts the results where the options say, and reports. */
export async function edit(
  io: Io,
  { files, problems }: OpenFiles,
  options: OutputOptions,
  judge: (workload: Workload) => Verdict,
): Promise<ExitCode> {
  if (options.inPlace && files.some(({ input }) => input.path === undefined)) {
    throw new UserError('--in-place: expected files, got the standard input');
  }
  const before = files.map(({ manifests }) => manifests.documents.map(String));
  const workloads = files.flatMap(({ manifests }) => manifests.workloads);
  const lines = workloads.map((workload) => ({ label: labelOf(workload), ...attempt(judge, workload) }));
  const { results, failures } = resultsOf(files, before);
  const all = [...problems, ...failures, ...(await writeResults(io, results, options))];
  writeReport(io, lines, all);
  if (lines.length === 0 && all.length === 0) io.stderr.write('There is no workload in the input.\n');
  return worst([...lines.map(({ code }) => code), all.length > 0 ? ExitCode.badInput : ExitCode.done]);
}

/** What went wrong with a workload, as a line of the report. */
export function failed(problem: string): Verdict {
  return { outcome: 'failed', tone: 'bad', message: problem, warnings: [], code: ExitCode.badInput };
}

function attempt(judge: (workload: Workload) => Verdict, workload: Workload): Verdict {
  try {
    return judge(workload);
  } catch (error) {
    if (error instanceof ManifestError) return failed(error.message);
    throw error;
  }
}

/** A document whose edits did not come out as they should stays as it was. */
function resultsOf(files: readonly OpenFile[], texts: readonly (readonly string[])[]) {
  const failures: string[] = [];
  const textOf = (document: ManifestDocument, before: string) => {
    try {
      return document.toString();
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      failures.push(error.message);
      return before;
    }
  };
  const results = files.map(({ input, manifests }, file): Result => {
    const documents = manifests.documents.map((document, index) => {
      const before = texts[file]?.[index] ?? '';
      return { before, after: textOf(document, before) };
    });
    return { input, documents };
  });
  return { results, failures };
}
