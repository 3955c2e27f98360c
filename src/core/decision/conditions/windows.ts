import {
  type Container,
  containerPath,
  everyContainer,
  type NodeSelectorTerm,
  type Pod,
} from '../../pod/pod.js';
import { isAbsent } from '../../values/json.js';
import type { FieldMatch } from '../evaluation.js';

/**
 * The node labels for the operating system, the current and the deprecated one:
 * kubernetes.io/docs/reference/labels-annotations-taints.
 */
export const OS_LABELS = ['kubernetes.io/os', 'beta.kubernetes.io/os'] as const;

/** The path of the node affinity that the scheduler must obey. */
export const REQUIRED_TERMS = [
  'spec',
  'affinity',
  'nodeAffinity',
  'requiredDuringSchedulingIgnoredDuringExecution',
  'nodeSelectorTerms',
] as const;

const WINDOWS_OPTIONS = ['securityContext', 'windowsOptions'] as const;

/** Finds the field by which a Pod can only run on Windows: kubernetes.io/docs/concepts/windows/user-guide. */
export function windowsField(pod: Pod): FieldMatch | undefined {
  const { os, nodeSelector } = pod.spec;
  if (os?.name === 'windows') return { path: ['spec', 'os', 'name'] };
  const label = OS_LABELS.find((key) => nodeSelector?.[key] === 'windows');
  if (label !== undefined) return { path: ['spec', 'nodeSelector', label] };
  if (requiresWindows(pod)) return { path: REQUIRED_TERMS };
  return windowsOptions(pod);
}

/** A node has to match one of the terms, and all expressions of it. */
function requiresWindows({ spec: { affinity } }: Pod): boolean {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (isAbsent(terms) || terms.length === 0) return false;
  return terms.every(({ matchExpressions }) => matchExpressions?.some(selectsWindows));
}

type Expression = NonNullable<NodeSelectorTerm['matchExpressions']>[number];

/** Whether an expression leaves only Windows nodes. The label is `linux` on all other nodes. */
function selectsWindows({ key, operator, values }: Expression): boolean {
  if (!OS_LABELS.some((label) => label === key) || isAbsent(values)) return false;
  if (operator === 'NotIn') return values.includes('linux');
  return operator === 'In' && values.length > 0 && values.every((value) => value === 'windows');
}

function windowsOptions(pod: Pod): FieldMatch | undefined {
  if (hasOptions(pod.spec)) return { path: ['spec', ...WINDOWS_OPTIONS] };
  const container = everyContainer(pod).find(hasOptions);
  return container && { path: [...containerPath(pod, container), ...WINDOWS_OPTIONS] };
}

/** Empty options say nothing: some generators write them for every Pod. */
function hasOptions({ securityContext }: Pod['spec'] | Container): boolean {
  return Object.values(securityContext?.windowsOptions ?? {}).some((value) => !isAbsent(value));
}
