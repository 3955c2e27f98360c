import type { Path } from '../../core/values/path.js';
import type { ManifestDocument } from '../../manifests/document.js';
import { ManifestError } from '../../manifests/tree/diagnostic.js';
import type { Unedited } from '../../manifests/unedited.js';
import type { Workload } from '../../manifests/workload.js';
import { ExitCode, worst } from '../exit-code.js';
import { labelOf } from '../input/candidate.js';
import type { OpenFiles } from '../input/open-manifests.js';
import type { Io } from '../io.js';
import type { OutputOptions } from '../output/output-options.js';
import { Progress } from '../output/progress.js';
import { type ReportLine, writeReport } from '../output/report.js';
import type { DocumentDiff } from '../output/unified-diff.js';
import { writeResults } from '../output/write-edited.js';

/** The outcome of one workload: its line of the report and its exit code. */
export interface WorkloadResult extends Omit<ReportLine, 'position' | 'label'> {
  readonly code: ExitCode;
}

/**
 * Calls `edit` for every well-formed workload, writes the results as the options say, and reports. Works document by
 * document, so that each is parsed only once.
 */
export async function editWorkloads(
  io: Io,
  { files, errors }: OpenFiles,
  options: OutputOptions & { readonly strict?: true },
  edit: (workload: Workload) => WorkloadResult,
): Promise<ExitCode> {
  const progress = new Progress(io);
  const total = files.reduce((count, { manifests }) => count + manifests.documents.length, 0);
  const view = { showsPosition: files.length > 1, isStrict: options.strict === true };
  let index = 0;
  const edited = files.map(({ input, manifests }) => ({
    input,
    documents: manifests.documents.map((document) => {
      progress.before(index++, total, document.text.length);
      return editDocument(document, edit, view);
    }),
  }));
  progress.clear();
  const documents = edited.flatMap((file) => file.documents);
  const lines = documents.flatMap((document) => document.lines);
  const outputErrors = await writeResults(io, edited, options);
  const allErrors = [...errors, ...documents.flatMap((document) => document.errors), ...outputErrors];
  const emptyCode = lines.length === 0 && options.strict ? ExitCode.denied : ExitCode.success;
  return worst([emptyCode, ...lines.map(({ code }) => code), writeReport(io, lines, allErrors)]);
}

function failed(error: string): WorkloadResult {
  return { outcome: 'failed', tone: 'bad', message: error, warnings: [], code: ExitCode.invalid };
}

interface EditedDocument extends DocumentDiff {
  readonly lines: readonly (ReportLine & WorkloadResult)[];
  readonly errors: readonly string[];
}

/** Edits the workloads of a document. If the edited text cannot be produced, passes the document through unchanged. */
function editDocument(
  document: ManifestDocument,
  edit: (workload: Workload) => WorkloadResult,
  { showsPosition, isStrict }: { readonly showsPosition: boolean; readonly isStrict: boolean },
): EditedDocument {
  const subjectOf = (object: Workload | Unedited, path: Path) => ({
    position: showsPosition ? document.position(path).replace(/:\d+$/, '') : undefined,
    label: labelOf(object) + (object.namespace === undefined ? '' : ` -n ${object.namespace}`),
  });
  const before = document.toString();
  const lines = document.workloads.map((workload) => ({
    ...subjectOf(workload, workload.path),
    ...orFailed(() => editWorkload(workload, edit)),
  }));
  const leftOut = document.unedited.map((object) => ({
    ...subjectOf(object, object.path),
    ...uneditedResult(object, isStrict),
  }));
  const errors = document.diagnostics.map(String);
  const after = orFailed(() => document.toString());
  if (typeof after === 'string') return { before, after, lines: [...lines, ...leftOut], errors };
  const failures = lines.map((line) => ({ ...line, ...after }));
  return { before, after: before, lines: [...failures, ...leftOut], errors };
}

function uneditedResult({ outcome, message }: Unedited, isStrict: boolean): WorkloadResult {
  const tone = isStrict ? 'bad' : 'notice';
  return { outcome, tone, message, warnings: [], code: isStrict ? ExitCode.denied : ExitCode.success };
}

function editWorkload(workload: Workload, edit: (workload: Workload) => WorkloadResult): WorkloadResult {
  const diagnostic = workload.diagnostic();
  if (diagnostic !== undefined) throw new ManifestError(diagnostic);
  return edit(workload);
}

function orFailed<T>(work: () => T): T | WorkloadResult {
  try {
    return work();
  } catch (error) {
    if (error instanceof ManifestError) return failed(error.message);
    throw error;
  }
}
