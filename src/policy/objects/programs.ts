import { REASONS } from '../../core/decision/reasons.js';
import { RULES } from '../../core/decision/rules.js';
import { REASON, STATUS, STATUS_INJECTED, STATUS_SKIPPED, WARNINGS } from '../../core/pod/annotations.js';
import { map, text } from '../cel/literal.js';
import { MUTATION_VARIABLES } from '../mutation/variables.js';
import type { Variable } from '../program.js';
import { decisionVariables } from '../variables/decision.js';

/** A validation of a ValidatingAdmissionPolicy. `message` is for a message expression that is too long. */
export interface Validation {
  readonly expression: string;
  readonly message: string;
  readonly messageExpression?: string;
  readonly reason: 'Forbidden' | 'Invalid';
}

/** What the API server does to a Pod. */
export interface Mutation {
  readonly patchType: 'JSONPatch';
  readonly jsonPatch: { readonly expression: string };
}

/** The one expression is short, because an error at run time prints all of it to the user. */
const PATCH =
  'variables.ops.map(o, JSONPatch{op: string(o.op), from: string(o.from), path: string(o.path), value: o.value})';

const VARIABLES: readonly Variable[] = [
  { name: 'isPolicyMode', expression: 'true' },
  ...decisionVariables('object'),
];

/** How many a denial needs. Those after them are about warnings, and take the API server long to compile. */
const NEEDED = VARIABLES.findIndex(({ name }) => name === 'outcome') + 1;

/** The parts of the policies for Pods that do not depend on the configuration. The chart has them as a file. */
export const POD_PROGRAMS = {
  /** Variables after `config`, of the policies that inject and deny. */
  decision: VARIABLES.slice(0, NEEDED),
  /** Injects. What is to be denied stays unchanged: the other policy says why. */
  mutation: {
    variables: [...VARIABLES.slice(NEEDED), ...MUTATION_VARIABLES],
    mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: PATCH } }] satisfies Mutation[],
  },
  /** Denies what the webhook denies, and last, Pods that should have a proxy by now. */
  refusals: { validations: refusals() },
  /** Shows the creator of a Pod what its annotations record: why it has no proxy, or what is wrong with it. */
  warnings: {
    variables: [
      { name: 'podAnnotations', expression: 'object.metadata.?annotations.orValue({})' },
      { name: 'status', expression: annotation(STATUS) },
      { name: 'reason', expression: annotation(REASON) },
      { name: 'warnings', expression: annotation(WARNINGS) },
      { name: 'sentences', expression: sentences() },
    ] satisfies Variable[],
    validations: warnings(),
  },
} as const;

function refusals(): Validation[] {
  return [
    ...RULES.filter(({ answer }) => answer !== 'admit').map(({ reason }) => ({
      expression: `variables.outcome != "denied" || variables.reason != ${text(reason)}`,
      message: REASONS[reason],
      messageExpression: 'variables.message',
      reason: 'Forbidden' as const,
    })),
    {
      expression: 'variables.reason != ""',
      message:
        'This Pod should have a proxy but has none: the policy that injects is missing or failed. Tell the operator of ' +
        'your cluster.',
      reason: 'Forbidden',
    },
  ];
}

function warnings(): Validation[] {
  return [
    {
      expression: `variables.status != ${text(STATUS_SKIPPED)} || !(variables.reason in variables.sentences)`,
      message: 'The Pod has no proxy.',
      messageExpression: 'variables.sentences[variables.reason]',
      reason: 'Forbidden',
    },
    {
      expression: `variables.status != ${text(STATUS_INJECTED)} || variables.warnings == ""`,
      message: `See the annotation ${WARNINGS} of the Pod.`,
      messageExpression: `variables.warnings.replace(${text('\n')}, "; ")`,
      reason: 'Forbidden',
    },
  ];
}

function annotation(key: string): string {
  return `variables.podAnnotations[?${text(key)}].orValue("")`;
}

/** The sentence of each reason that is recorded on Pods. */
function sentences(): string {
  const recorded = RULES.filter(({ isRecorded }) => isRecorded);
  return map(recorded.map(({ reason }) => [reason, text(REASONS[reason])]));
}
