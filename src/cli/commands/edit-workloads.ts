import { ManifestError } from '../../manifests/diagnostic.js';
import type { ManifestDocument } from '../../manifests/document.js';
import type { Workload } from '../../manifests/workload.js';
import { ExitCode, worst } from '../exit-code.js';
import { labelOf } from '../input/candidate.js';
import type { OpenFiles } from '../input/open-manifests.js';
import type { Io } from '../io.js';
import type { OutputOptions } from '../output/output-options.js';
import { type ReportLine, writeReport } from '../output/report.js';
import type { Change } from '../output/unified-diff.js';
import { writeResults } from '../output/write-edited.js';
import { UserError } from '../user-error.js';

/** What came of one workload. */
export interface Verdict extends Omit<ReportLine, 'place' | 'label'> {
  readonly code: ExitCode;
}

/**
 * Lets `judge` edit every workload that is not malformed, puts the results where the options say, and reports. It goes from document to document, so that
 * none has to be parsed twice.
 */
export async function edit(
  io: Io,
  { files, problems }: OpenFiles,
  options: OutputOptions & { readonly strict?: true },
  judge: (workload: Workload) => Verdict,
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
  const all = [...problems, ...documents.flatMap((document) => document.problems), ...unwritten];
  const nothing = lines.length === 0 && options.strict ? ExitCode.refused : ExitCode.done;
  return worst([nothing, ...lines.map(({ code }) => code), writeReport(io, lines, all)]);
}

/** What went wrong with a workload, as a line of the report. */
function failed(problem: string): Verdict {
  return { outcome: 'failed', tone: 'bad', message: problem, warnings: [], code: ExitCode.badInput };
}

interface EditedDocument extends Change {
  readonly lines: readonly (ReportLine & Verdict)[];
  readonly problems: readonly string[];
}

/** A document whose edits do not come out as they should stays as it was. */
function editDocument(
  document: ManifestDocument,
  judge: (workload: Workload) => Verdict,
  showsPlace: boolean,
): EditedDocument {
  const before = document.toString();
  const lines = document.workloads.map((workload) => ({
    place: showsPlace ? workload.position([]).replace(/:\d+$/, '') : undefined,
    label: labelOf(workload) + (workload.namespace === undefined ? '' : ` -n ${workload.namespace}`),
    ...orFailed(() => judged(workload, judge)),
  }));
  const problems = document.problems.map(String);
  const after = orFailed(() => document.toString());
  if (typeof after === 'string') return { before, after, lines, problems };
  return { before, after: before, lines: lines.map((line) => ({ ...line, ...after })), problems };
}

function judged(workload: Workload, judge: (workload: Workload) => Verdict): Verdict {
  const problem = workload.malformation();
  if (problem !== undefined) throw new ManifestError(problem);
  return judge(workload);
}

function orFailed<T>(work: () => T): T | Verdict {
  try {
    return work();
  } catch (error) {
    if (error instanceof ManifestError) return failed(error.message);
    throw error;
  }
}
