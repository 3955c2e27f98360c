import { text } from './literal.js';

/** Binds a name to a value within an expression: the value is computed once. */
export function bind(name: string, value: string, expression: string): string {
  return `[${value}].map(${name}, ${expression})[0]`;
}

/**
 * A list or map that is empty unless a condition holds: it spares the API server what most Pods do not need.
 */
export function emptyUnless(condition: string, expression: string, empty: '[]' | '{}' = '[]'): string {
  return `(${condition} ? ${expression} : ${empty})`;
}

/** The list in a field of an object; empty if it is absent or null. */
export function listIn(object: string, field: string): string {
  return `(${object}.?${field}.orValue(null) == null ? dyn([]) : dyn(${object}.${field}))`;
}

/** A text in quotes, as `shown` in the core writes it: cut to 80 characters. */
export function quoted(value: string): string {
  return bind('q', `strings.quote(string(${value}))`, 'q.size() > 80 ? q.substring(0, 77) + "..." : q');
}

/** The parts of a list in a text, without spaces around them; empty if the text is. */
export function parts(value: string): string {
  return `(${value}.trim() == "" ? [] : ${value}.split(",").map(p, p.trim()))`;
}

/** Joins expressions with an operator, in parentheses. */
export function joined(operator: string, expressions: readonly string[]): string {
  return `(${expressions.join(` ${operator} `)})`;
}

/** Whether a text matches a regular expression of JavaScript, one that RE2 knows too. */
export function matches(value: string, { source }: RegExp): string {
  return `${value}.matches(${text(source)})`;
}
