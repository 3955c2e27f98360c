import type { ManifestDocument } from '../../manifests/document.js';
import { Diagnostic } from '../../manifests/tree/diagnostic.js';
import type { ExitCode } from '../exit-code.js';
import { formatExplanation } from '../explain/format-explanation.js';
import { explainWorkload, type WorkloadExplanation } from '../explain/workload-explanation.js';
import { candidateOf, labelOf } from '../input/candidate.js';
import type { ContextOptions, InputOptions } from '../input/input-options.js';
import { openContext } from '../input/open-context.js';
import { documentsOf } from '../input/open-manifests.js';
import { reviewIn } from '../input/review-candidate.js';
import { type Io, painter } from '../io.js';
import { writeErrors, writeWarning } from '../output/report.js';

/** The options of `explain`. */
export interface ExplainOptions extends InputOptions, ContextOptions {
  readonly output: 'text' | 'json';
}

/** Explains the decision about each workload. */
export async function explain(io: Io, names: readonly string[], options: ExplainOptions): Promise<ExitCode> {
  const context = await openContext(io, names, options);
  const { opened } = context;
  const errors: string[] = [...opened.errors];
  const explanations: WorkloadExplanation[] = [];
  let unedited = 0;
  for (const document of documentsOf(opened)) {
    for (const found of [...document.diagnostics, ...candidatesIn(document, options.namespace)]) {
      if (found instanceof Diagnostic) errors.push(found.toString());
      else explanations.push(explainWorkload(found, context));
    }
    unedited += document.unedited.length;
    for (const each of document.unedited) {
      writeWarning(
        io.stderr,
        `${document.position(each.path)}: ${labelOf(each)}: ${each.outcome}: ${each.message}`,
      );
    }
  }
  if (options.output === 'json') io.stdout.write(`${JSON.stringify(explanations, null, 2)}\n`);
  else io.stdout.write(explanations.map((each) => formatExplanation(each, painter(io.stdout))).join('\n'));
  return writeErrors(io, errors, explanations.length + unedited);
}

function candidatesIn(document: ManifestDocument, namespace: string | undefined) {
  const review = reviewIn(document);
  return review ? [review] : document.workloads.map((workload) => candidateOf(workload, namespace));
}
