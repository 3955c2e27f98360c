import { isDeepStrictEqual } from 'node:util';
import type { FinalDecision } from '../../core/decision/decision.js';
import { removalOf } from '../../core/patch/removal.js';
import type { Workload } from '../../manifests/workload.js';
import { ExitCode } from '../exit-code.js';
import { candidateOf, decideOn, furtherWarnings } from '../input/candidate.js';
import type { ContextOptions, InputOptions } from '../input/input-options.js';
import { type Context, openContext } from '../input/open-context.js';
import type { Io } from '../io.js';
import { checkOutput, type OutputOptions } from '../output/output-options.js';
import { isAnyCalled } from '../selection/webhook-call.js';
import { editWorkloads, type WorkloadResult } from './edit-workloads.js';

/** The options of `inject`. */
export interface InjectOptions extends InputOptions, ContextOptions, OutputOptions {
  readonly strict?: true;
  readonly replace?: true;
}

/** Injects the proxy into every workload that the webhook would inject. */
export async function inject(io: Io, names: readonly string[], options: InjectOptions): Promise<ExitCode> {
  checkOutput(options, [...(options.filename ?? []), ...names]);
  const context = await openContext(io, names, options);
  return editWorkloads(io, context.opened, options, (workload) => {
    const result = injectInto(workload, context, options);
    return options.strict && isNeverSeen(workload, context, options) ? neverSeen(result) : result;
  });
}

function isNeverSeen(
  workload: Workload,
  { injector, namespaces, webhooks }: Context,
  { namespace }: InjectOptions,
): boolean {
  const candidate = candidateOf(workload, namespace);
  const { object, request } = candidate;
  const facts = namespaces.facts(request.namespace);
  const calls = webhooks.callsFor(candidate, facts.labels);
  if (calls === undefined) return injector.selection(object, request, facts).isCalled === false;
  // For Pods that have the proxy already, a match condition of the chart saves the call.
  const { reason } = injector.decide(object, request, facts);
  return isAnyCalled(calls) === false && reason !== 'already-injected';
}

function neverSeen(result: WorkloadResult): WorkloadResult {
  const text = 'the API server would not call the webhook for this Pod; explain shows why';
  return { ...result, tone: 'bad', warnings: [...result.warnings, text], code: ExitCode.denied };
}

function injectInto(workload: Workload, context: Context, options: InjectOptions): WorkloadResult {
  const { injector, namespaces, serviceAccounts } = context;
  const candidate = candidateOf(workload, options.namespace);
  const decision = decideOn(candidate, injector, namespaces);
  if (decision.outcome === 'injected') {
    const { operations, warnings } = serviceAccounts.patch(decision, candidate, injector);
    workload.apply(operations);
    return resultOf(decision, options, warnings);
  }
  const isReplaced = options.replace && decision.reason === 'already-injected';
  const replaced = isReplaced ? replaceProxy(workload, context, options) : undefined;
  if (replaced !== undefined) return replaced;
  const repairs = decision.outcome === 'skipped' ? injector.repairs(decision) : [];
  if (repairs.length > 0) workload.apply(repairs);
  return resultOf(decision, options);
}

/**
 * Replaces the proxy of an injected workload. A workload that would no longer get a proxy keeps the one it has.
 * Undefined if the proxy is current.
 */
function replaceProxy(
  workload: Workload,
  { injector, namespaces, serviceAccounts }: Context,
  options: InjectOptions,
): WorkloadResult | undefined {
  const removal = removalOf(workload.pod);
  if (removal === undefined) return undefined;
  const object = workload.changed(removal.operations);
  const candidate = { ...candidateOf(workload, options.namespace), object };
  const decision = decideOn(candidate, injector, namespaces);
  if (decision.outcome !== 'injected') return resultOf(decision, options);
  const { operations, warnings } = serviceAccounts.patch(decision, candidate, injector);
  if (isDeepStrictEqual(workload.changed([...removal.operations, ...operations]), workload.pod)) {
    return undefined;
  }
  workload.replace(removal, operations);
  const result = resultOf(decision, options, warnings);
  return { ...result, outcome: 'replaced', message: 'The proxy was replaced.' };
}

function resultOf(
  decision: FinalDecision,
  { strict }: InjectOptions,
  patchWarnings: readonly string[] = [],
): WorkloadResult {
  const { outcome, reason, message } = decision;
  const warnings = [...furtherWarnings(decision), ...patchWarnings];
  if (outcome === 'injected') return { outcome, tone: 'good', message, warnings, code: ExitCode.success };
  if (outcome === 'denied') return { outcome, tone: 'bad', message, warnings, code: ExitCode.denied };
  const hasCurrentProxy = reason === 'already-injected' && warnings.length === 0;
  const isLeftOut = strict === true && !hasCurrentProxy;
  const code = isLeftOut ? ExitCode.denied : ExitCode.success;
  return { outcome, tone: isLeftOut ? 'bad' : 'notice', message, warnings, code };
}
