import { DRAIN_SECONDS } from '../../core/settings/drain-seconds.js';
import { CIDRS } from '../../core/values/cidrs.js';
import { INTERFACES, MAX_INTERFACES, MAX_LENGTH, NAME_OR_START } from '../../core/values/interfaces.js';
import { isObject } from '../../core/values/json.js';
import { PORTS } from '../../core/values/ports.js';
import { GRAMMAR, MAX_LENGTH as MAX_QUANTITY_LENGTH, QUANTITY } from '../../core/values/quantity.js';
import { MAX_PARTS, type ValueType } from '../../core/values/value-type.js';
import { bind, joined, matches, parts } from '../cel/expressions.js';
import { text, texts } from '../cel/literal.js';

/** The types that no JSON Schema describes, each with an expression of whether `t` is valid. */
const VALIDITY = new Map<ValueType<unknown>, string>([
  [PORTS, validParts(`all(p, ${validRange('p')})`)],
  [CIDRS, validParts('all(p, isCIDR(p) && cidr(p) == cidr(p).masked())')],
  [
    INTERFACES,
    validParts(`all(p, ${matches('p', NAME_OR_START)} && p.size() <= ${MAX_LENGTH})`, MAX_INTERFACES),
  ],
  [
    QUANTITY,
    `(t.size() <= ${MAX_QUANTITY_LENGTH} && ${matches('t', GRAMMAR)} && !t.matches("^-[0.]*[1-9]"))`,
  ],
]);

/** An expression of whether another one is a valid text of a type. Undefined if CEL cannot tell. */
export function validity(type: ValueType<unknown>, value: string): string | undefined {
  const expression = VALIDITY.get(type) ?? bySchema(type);
  return expression === undefined ? undefined : bind('t', `string(${value})`, expression);
}

function bySchema({ schema }: ValueType<unknown>): string | undefined {
  if (!isObject(schema)) return undefined;
  const { enum: words, pattern, maxLength } = schema;
  if (Array.isArray(words)) return `t in ${texts(words)}`;
  if (typeof pattern !== 'string') return undefined;
  const conditions = [`t.matches(${text(pattern)})`];
  if (maxLength !== undefined) conditions.push(`t.size() <= ${maxLength}`);
  if (schema === DRAIN_SECONDS.schema) conditions.push(`(t == "auto" || int(t) <= ${schema.maximum})`);
  return joined('&&', conditions);
}

function validParts(every: string, maximum = MAX_PARTS): string {
  return bind('l', parts('t'), `(l.size() <= ${maximum} && l.${every})`);
}

function validRange(part: string): string {
  const numbers = `${part}.split("-").map(n, int(n))`;
  const ascending = 'r[0] >= 1 && r[0] <= r[r.size() - 1] && r[r.size() - 1] <= 65535';
  return `${part}.matches("^[0-9]{1,5}(-[0-9]{1,5})?$") && ${bind('r', numbers, ascending)}`;
}
