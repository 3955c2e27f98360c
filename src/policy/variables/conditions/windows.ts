import { OS_LABELS } from '../../../core/decision/conditions/windows.js';
import { listIn } from '../../cel/expressions.js';
import { texts } from '../../cel/literal.js';
import type { Variable } from '../../program.js';

/** `isWindows`: whether the Pod can only run on Windows. */
export const WINDOWS_VARIABLES: readonly Variable[] = [
  {
    name: 'requiredTerms',
    expression: listIn(
      'variables.pod.spec.?affinity.?nodeAffinity.?requiredDuringSchedulingIgnoredDuringExecution.orValue({})',
      'nodeSelectorTerms',
    ),
  },
  { name: 'isWindows', expression: isWindows() },
];

function isWindows(): string {
  return [
    'variables.pod.spec.?os.?name.orValue("") == "windows"',
    `${texts(OS_LABELS)}.exists(k, variables.pod.spec.?nodeSelector[?k].orValue("") == "windows")`,
    requiresWindows(),
    hasOptions('variables.pod.spec'),
    `variables.allContainers.exists(c, ${hasOptions('c')})`,
  ].join(' || ');
}

function requiresWindows(): string {
  const values = listIn('e', 'values');
  const selects =
    `e.key in ${texts(OS_LABELS)} && (e.operator == "NotIn" ? "linux" in ${values} : ` +
    `e.operator == "In" && ${values}.size() > 0 && ${values}.all(v, v == "windows"))`;
  const terms = 'variables.requiredTerms';
  return `(${terms}.size() > 0 && ${terms}.all(t, ${listIn('t', 'matchExpressions')}.exists(e, ${selects})))`;
}

function hasOptions(owner: string): string {
  return `${owner}.?securityContext.?windowsOptions.orValue({}).size() > 0`;
}
