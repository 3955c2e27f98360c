import { SUPPLEMENTAL_GROUPS, UID_RANGE } from '../../core/pod/annotations.js';
import { FROM_NAMESPACE } from '../../core/settings/settings.js';
import { ID_RANGE, ID_RANGES, MAX_ID } from '../../core/values/id-ranges.js';
import { MAX_PARTS } from '../../core/values/value-type.js';
import { bind, parts, quoted } from '../cel/expressions.js';
import { text } from '../cel/literal.js';
import type { Variable } from '../program.js';

/** Stands for an ID that the namespace should name but does not. */
const NONE = '-1';

/**
 * - `uid` and `gid`: of the proxy; -1 if the namespace should name it but does not
 * - `idRangeViolations`: in the words of the webhook
 */
export const PROXY_USER_VARIABLES: readonly Variable[] = [
  { name: 'hasGroupRanges', expression: `${hasKey(SUPPLEMENTAL_GROUPS)} || !${hasKey(UID_RANGE)}` },
  { name: 'lastUser', expression: bind('t', annotation(UID_RANGE), lastId('t')) },
  { name: 'lastGroup', expression: `variables.hasGroupRanges ? ${lastOfFirst()} : variables.lastUser` },
  { name: 'uid', expression: id('uid', 'variables.lastUser') },
  { name: 'gid', expression: id('gid', 'variables.lastGroup') },
  { name: 'idRangeViolations', expression: violations() },
];

function hasKey(key: string): string {
  return `(${text(key)} in variables.namespaceAnnotations)`;
}

function annotation(key: string): string {
  return `variables.namespaceAnnotations[?${text(key)}].orValue("")`;
}

function id(name: 'uid' | 'gid', ofNamespace: string): string {
  const setting = `variables.config.proxy.${name}`;
  return `${setting} == ${text(FROM_NAMESPACE)} ? ${ofNamespace} : int(${setting})`;
}

/** The last ID of a range: START/LENGTH or START-END. */
function lastId(range: string): string {
  const numbers = `${range}.replace("/", "-").split("-").map(n, int(n))`;
  const last = `(${range}.contains("/") ? n[0] + n[1] - 1 : n[1])`;
  const checked = bind('e', last, `n[0] < e && e <= ${MAX_ID} ? e : ${NONE}`);
  return `(${range}.matches("^[0-9]{1,10}[/-][0-9]{1,10}$") ? ${bind('n', numbers, checked)} : ${NONE})`;
}

function lastOfFirst(): string {
  const ids = `${parts(annotation(SUPPLEMENTAL_GROUPS))}.map(r, ${lastId('r')})`;
  const isValid = `i.size() > 0 && i.size() <= ${MAX_PARTS} && !(${NONE} in i)`;
  return bind('i', ids, `${isValid} ? i[0] : ${NONE}`);
}

function violations(): string {
  const users = `variables.uid == ${NONE} || (variables.gid == ${NONE} && !variables.hasGroupRanges)`;
  const groups = `variables.gid == ${NONE} && variables.hasGroupRanges`;
  return `(${users} ? [${violation(UID_RANGE)}] : []) + (${groups} ? [${violation(SUPPLEMENTAL_GROUPS)}] : [])`;
}

function violation(key: string): string {
  const { expected } = key === UID_RANGE ? ID_RANGE : ID_RANGES;
  const given = `(${hasKey(key)} ? ${quoted(annotation(key))} : "nothing")`;
  return `${text(`namespace annotation ${key}: expected ${expected}, got `)} + ${given}`;
}
