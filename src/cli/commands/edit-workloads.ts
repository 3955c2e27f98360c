import type { ManifestDocument } from '../../manifests/document.js';
import { ManifestError } from '../../manifests/tree/diagnostic.js';
import type { Workload } from '../../manifests/workload.js';
import { ExitCode, worst } from '../exit-code.js';
import { labelOf } from '../input/candidate.js';
import type { OpenFiles } from '../input/open-manifests.js';
import type { Io } from '../io.js';
import type { OutputOptions } from '../output/output-options.js';
import { type ReportLine, writeReport } from '../output/report.js';
import type { DocumentDiff } from '../output/unified-diff.js';
import { writeResults } from '../output/write-edited.js';
import { UserError } from '../user-error.js';

/** What came of one workload. */
export interface WorkloadResult extends Omit<ReportLine, 'position' | 'label'> {
  readonly code: ExitCode;
}

/**
 * Lets `judge` edit every workload that is not malformed, puts the results where the options say, and reports. It goes from document to document, so that
 * none has to be parsed twice.
 */
export async function editWorkloads(
  io: Io,
  { files, errors }: OpenFiles,
  options: OutputOptions & { readonly strict?: true },
  judge: (workload: Workload) => WorkloadResult,
): Promise<ExitCode> {
  if (options.inPlace && files.some(({ input }) => input.path === undefined)) {
    throw new UserError('--in-place: expected files, got the standard input');
  }
  const edited = files.map(({ input, manifests }) => ({
    input,
    documents: manifests.documents.map((document) => editDocument(document, judge, files.length > 1)),
  }));
  const documents = edited.flatMap((file) => file.documents);
  const lines = documents.flatMap((document) => document.lines);
  const unwritten = await writeResults(io, edited, options);
  const all = [...errors, ...documents.flatMap((document) => document.errors), ...unwritten];
  const nothing = lines.length === 0 && options.strict ? ExitCode.refused : ExitCode.done;
  return worst([nothing, ...lines.map(({ code }) => code), writeReport(io, lines, all)]);
}

/** What went wrong with a workload, as a line of the report. */
function failed(error: string): WorkloadResult {
  return { outcome: 'failed', tone: 'bad', message: error, warnings: [], code: ExitCode.badInput };
}

interface EditedDocument extends DocumentDiff {
  readonly lines: readonly (ReportLine & WorkloadResult)[];
  readonly errors: readonly string[];
}

/** A document whose edits do not come out as they should stays as it was. */
function editDocument(
  document: ManifestDocument,
  judge: (workload: Workload) => WorkloadResult,
  showsPosition: boolean,
): EditedDocument {
  const before = document.toString();
  const lines = document.workloads.map((workload) => ({
    position: showsPosition ? workload.position([]).replace(/:\d+$/, '') : undefined,
    label: labelOf(workload) + (workload.namespace === undefined ? '' : ` -n ${workload.namespace}`),
    ...orFailed(() => judged(workload, judge)),
  }));
  const errors = document.diagnostics.map(String);
  const after = orFailed(() => document.toString());
  if (typeof after === 'string') return { before, after, lines, errors };
  return { before, after: before, lines: lines.map((line) => ({ ...line, ...after })), errors };
}

function judged(workload: Workload, judge: (workload: Workload) => WorkloadResult): WorkloadResult {
  const diagnostic = workload.diagnostic();
  if (diagnostic !== undefined) throw new ManifestError(diagnostic);
  return judge(workload);
}

function orFailed<T>(work: () => T): T | WorkloadResult {
  try {
    return work();
  } catch (error) {
    if (error instanceof ManifestError) return failed(error.message);
    throw error;
  }
}
