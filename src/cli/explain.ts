import { type Candidate, candidateOf } from './candidate.js';
import { openContext } from './context.js';
import type { ExitCode } from './exit-code.js';
import { explained } from './explained.js';
import { explanationText } from './explanation-text.js';
import type { ContextOptions, InputOptions } from './input-options.js';
import { type Io, painter } from './io.js';
import type { OpenFile } from './manifests.js';
import { writeProblems } from './report.js';
import { reviewIn } from './review.js';

/** The options of `explain`. */
export interface ExplainOptions extends InputOptions, ContextOptions {
  readonly output: 'text' | 'json';
}

/** Tells how the decision about each workload comes about. */
export async function explain(io: Io, names: readonly string[], options: ExplainOptions): Promise<ExitCode> {
  const { injector, namespaces, sources, opened } = await openContext(io, names, options);
  const explanations = opened.files
    .flatMap((file) => candidatesIn(file, options.namespace))
    .map((candidate) => explained(candidate, injector, namespaces, sources));
  if (options.output === 'json') io.stdout.write(`${JSON.stringify(explanations, null, 2)}\n`);
  else io.stdout.write(explanations.map((each) => explanationText(each, painter(io.stdout))).join('\n'));
  return writeProblems(io, opened);
}

function candidatesIn({ input, manifests }: OpenFile, namespace: string | undefined): Candidate[] {
  const review = reviewIn(input);
  return review ? [review] : manifests.workloads.map((workload) => candidateOf(workload, namespace));
}
