import type { FinalDecision } from '../../core/decision/decision.js';
import { ExitCode } from '../exit-code.js';
import { candidateOf, decideOn } from '../input/candidate.js';
import type { ContextOptions, InputOptions } from '../input/input-options.js';
import { openContext } from '../input/open-context.js';
import type { Io } from '../io.js';
import type { OutputOptions } from '../output/output-options.js';
import { editWorkloads, type WorkloadResult } from './edit-workloads.js';

/** The options of `inject`. */
export interface InjectOptions extends InputOptions, ContextOptions, OutputOptions {
  readonly strict?: true;
}

/** Injects the proxy into every workload that the webhook would inject. */
export async function inject(io: Io, names: readonly string[], options: InjectOptions): Promise<ExitCode> {
  const { injector, namespaces, serviceAccounts, opened } = await openContext(io, names, options);
  return editWorkloads(io, opened, options, (workload) => {
    const candidate = candidateOf(workload, options.namespace);
    const decision = decideOn(candidate, injector, namespaces);
    const result = resultOf(decision, options.strict === true);
    if (decision.outcome !== 'injected') return result;
    const { operations, warnings } = serviceAccounts.patch(decision, candidate, injector);
    workload.apply(operations);
    return { ...result, warnings: [...result.warnings, ...warnings] };
  });
}

function resultOf(decision: FinalDecision, strict: boolean): WorkloadResult {
  const { outcome, reason, message } = decision;
  if (decision.outcome === 'injected') {
    return { outcome, tone: 'good', message, warnings: decision.warnings, code: ExitCode.success };
  }
  if (outcome === 'denied') return { outcome, tone: 'bad', message, warnings: [], code: ExitCode.denied };
  const isLeftOut = strict && reason !== 'already-injected';
  const code = isLeftOut ? ExitCode.denied : ExitCode.success;
  return { outcome, tone: isLeftOut ? 'bad' : 'notice', message, warnings: [], code };
}
