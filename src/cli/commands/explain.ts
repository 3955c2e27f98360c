import type { ManifestDocument } from '../../manifests/document.js';
import { Diagnostic } from '../../manifests/tree/diagnostic.js';
import { liveNames } from '../cluster/live/live-names.js';
import { ExitCode } from '../exit-code.js';
import { formatExplanation } from '../explain/format-explanation.js';
import { livePod } from '../explain/live-pod.js';
import { explainWorkload, type WorkloadExplanation } from '../explain/workload-explanation.js';
import { candidateOf } from '../input/candidate.js';
import type { ContextOptions, InputOptions } from '../input/input-options.js';
import { openContext } from '../input/open-context.js';
import { documentsOf } from '../input/open-manifests.js';
import { reviewIn } from '../input/review-candidate.js';
import { type Io, painter } from '../io.js';
import { ListOutput } from '../output/list-output.js';
import { Progress } from '../output/progress.js';
import { writeErrors } from '../output/report.js';
import { writeUnedited } from './write-unedited.js';

/** The options of `explain`. */
export interface ExplainOptions extends InputOptions, ContextOptions {
  readonly output: 'text' | 'json';
}

/** Explains the decision about each workload, one after the other, so that only one is in memory. */
export async function explain(io: Io, names: readonly string[], options: ExplainOptions): Promise<ExitCode> {
  const output = new ListOutput(io.stdout, options.output === 'json' ? JSON_LIST : TEXT_LIST);
  const write = (explanation: WorkloadExplanation) =>
    output.write(
      options.output === 'json' ? indented(explanation) : formatExplanation(explanation, painter(io.stdout)),
    );
  const live = liveNames(names, options);
  if (live === undefined) return explainFiles(io, names, options, output, write);
  const { explainLive, withoutLines } = await import('./explain-live.js');
  await explainLive(io, live, options, async (context, facts) => {
    const [document] = documentsOf(context.opened);
    for (const found of document ? candidatesIn(document, undefined) : []) {
      if (found instanceof Diagnostic) continue;
      const explanation = explainWorkload(found.candidate, context, found.record);
      await write(withoutLines({ ...explanation, ...facts }, context));
    }
  });
  await output.end();
  return ExitCode.success;
}

async function explainFiles(
  io: Io,
  names: readonly string[],
  options: ExplainOptions,
  output: ListOutput,
  write: (explanation: WorkloadExplanation) => Promise<void>,
): Promise<ExitCode> {
  const context = await openContext(io, names, options);
  const { opened } = context;
  const errors: string[] = [...opened.errors];
  const progress = new Progress(io, io.stdout.isTTY);
  const documents = documentsOf(opened);
  let unedited = 0;
  for (const [index, document] of documents.entries()) {
    progress.before(index, documents.length, document.text.length);
    for (const found of [...document.diagnostics, ...candidatesIn(document, options.namespace)]) {
      if (found instanceof Diagnostic) errors.push(found.toString());
      else await write(explainWorkload(found.candidate, context, found.record));
    }
    unedited += document.unedited.length;
    if (document.unedited.length > 0) progress.clear();
    writeUnedited(io, document);
  }
  progress.clear();
  await output.end();
  return writeErrors(io, errors, output.length + unedited);
}

const TEXT_LIST = { start: '', separator: '\n', end: '', empty: '' };
/** As `JSON.stringify` formats a list with an indentation of two columns. */
const JSON_LIST = { start: '[\n', separator: ',\n', end: '\n]\n', empty: '[]\n' };

function indented(explanation: WorkloadExplanation): string {
  return JSON.stringify([explanation], null, 2).slice('[\n'.length, -'\n]'.length);
}

function candidatesIn(document: ManifestDocument, namespace: string | undefined) {
  const review = reviewIn(document);
  if (review instanceof Diagnostic) return [review];
  if (review) return [{ candidate: review, record: undefined }];
  return document.workloads.map((workload) => {
    const candidate = candidateOf(workload, namespace);
    return livePod(workload, candidate) ?? { candidate, record: undefined };
  });
}
