import { REASONS } from '../../core/decision/reasons.js';
import { RULES } from '../../core/decision/rules.js';
import {
  MIRROR_POD,
  REASON,
  STATUS,
  STATUS_INJECTED,
  STATUS_SKIPPED,
  WARNINGS,
} from '../../core/pod/annotations.js';
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

/** The part of the spec of a policy that does not depend on the configuration, except for the variable `config`. */
export interface Program {
  readonly matchConditions: readonly Variable[];
  readonly variables: readonly Variable[];
  readonly mutations?: readonly object[];
  readonly validations?: readonly Validation[];
}

const NOT_A_MIRROR_POD = {
  name: 'not-a-mirror-pod',
  expression: `!(has(object.metadata.annotations) && ${text(MIRROR_POD)} in object.metadata.annotations)`,
};

const DECISION = decisionVariables('object');

/** The one expression is short, because an error at run time prints all of it to the user. */
const PATCH =
  'variables.ops.map(o, JSONPatch{op: string(o.op), from: string(o.from), path: string(o.path), value: o.value})';

/** Injects. What is to be refused stays unchanged: the other policy says why. */
const MUTATION: Program = {
  matchConditions: [NOT_A_MIRROR_POD],
  variables: [...DECISION, ...MUTATION_VARIABLES],
  mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: PATCH } }],
};

/** Refuses what the webhook denies, and last, Pods that should have a proxy by now. */
const REFUSALS: Program = {
  matchConditions: [NOT_A_MIRROR_POD],
  variables: DECISION,
  validations: [
    ...RULES.filter(({ answer }) => answer !== 'admit').map(refusal),
    {
      expression: 'variables.reason != ""',
      message: 'The Pod has no proxy, although it should get one: the policy that injects it is missing.',
      reason: 'Forbidden',
    },
  ],
};

/** Shows the creator of a Pod what its annotations record: why it has no proxy, or what is wrong with it. */
const WARNINGS_PROGRAM: Program = {
  matchConditions: [NOT_A_MIRROR_POD],
  variables: [
    { name: 'annotations', expression: 'object.metadata.?annotations.orValue({})' },
    { name: 'status', expression: `variables.annotations[?${text(STATUS)}].orValue("")` },
    { name: 'reason', expression: `variables.annotations[?${text(REASON)}].orValue("")` },
    { name: 'warnings', expression: `variables.annotations[?${text(WARNINGS)}].orValue("")` },
    { name: 'sentences', expression: sentences() },
  ],
  validations: [
    {
      expression: `variables.status != ${text(STATUS_SKIPPED)} || !(variables.reason in variables.sentences)`,
      message: 'The Pod has no proxy.',
      messageExpression: 'variables.sentences[variables.reason]',
      reason: 'Forbidden',
    },
    {
      expression: `variables.status != ${text(STATUS_INJECTED)} || variables.warnings == ""`,
      message: `See the annotation ${WARNINGS} of the Pod.`,
      messageExpression: 'variables.warnings.replace("\\n", "; ")',
      reason: 'Forbidden',
    },
  ],
};

/** The programs by the role of their policies. */
export const PROGRAMS = { mutation: MUTATION, refusals: REFUSALS, warnings: WARNINGS_PROGRAM } as const;

function refusal({ reason }: (typeof RULES)[number]): Validation {
  return {
    expression: `variables.outcome != "denied" || variables.reason != ${text(reason)}`,
    message: REASONS[reason],
    messageExpression: 'variables.message',
    reason: 'Forbidden',
  };
}

/** The sentence of each reason that is recorded on Pods. */
function sentences(): string {
  const recorded = RULES.filter(({ isRecorded }) => isRecorded);
  return map(recorded.map(({ reason }) => [reason, text(REASONS[reason])]));
}
