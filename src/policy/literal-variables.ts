import { isObject, type JsonObject } from '../core/values/json.js';
import { type Path, pathText } from '../core/values/path.js';
import { dyn, list, map, presentMembers, SEPARATOR } from './cel/literal.js';
import { MAX_CODE_POINTS, type Variable } from './program.js';

/** A member with a longer text gets a variable of its own if its map is too long. */
const LONG_MEMBER = 1000;

const READ = 'variables.';
const SUM = ' + ';

/** A value that is too long for an expression and cannot be split. */
export class LongValueError extends Error {
  constructor(path: Path, length: number) {
    super(
      `${pathText(path)}: expected at most ${MAX_CODE_POINTS} characters as a CEL literal, got ${length}`,
    );
  }
}

/**
 * A variable with a JSON value as a literal, after those with parts of it. There are parts only if an expression would
 * be too long: then a list is the sum of shorter lists, and each long member of a map is a variable. Throws a
 * {@link LongValueError}. The Helm chart writes the same in `templates/_literals.tpl`.
 */
export function literalVariables(name: string, value: unknown): readonly Variable[] {
  const parts: Variable[] = [];
  const expression = write(value, [], (part) => {
    const variable = `${name}${parts.length + 1}`;
    parts.push({ name: variable, expression: part });
    return READ + variable;
  });
  return [...parts, { name, expression }];
}

/** Makes a variable of an expression, and returns the expression that reads it. */
type Move = (expression: string) => string;

function write(value: unknown, path: Path, move: Move): string {
  if (Array.isArray(value)) {
    const entries = value.map((entry, index) => dyn(write(entry, [...path, index], move)));
    const lists = chunks(entries).map(list);
    return lists.length > 1 ? lists.map(move).join(SUM) : list(entries);
  }
  const expression = isObject(value) ? writeMap(value, path, move) : JSON.stringify(value);
  const length = lengthOf(expression);
  if (length > MAX_CODE_POINTS) throw new LongValueError(path, length);
  return expression;
}

function writeMap(object: JsonObject, path: Path, move: Move): string {
  const members = presentMembers(object).map(
    ([key, member]) => [key, write(member, [...path, key], move)] as const,
  );
  const whole = map(members.map(([key, member]) => [key, dyn(member)]));
  if (lengthOf(whole) <= MAX_CODE_POINTS) return whole;
  const short = (member: string) => (lengthOf(member) > LONG_MEMBER ? move(member) : member);
  return map(members.map(([key, member]) => [key, dyn(short(member))]));
}

/** The entries, in lists that are short enough for an expression. */
function chunks(entries: readonly string[]): string[][] {
  const result: string[][] = [];
  let length = 0;
  for (const entry of entries) {
    const added = lengthOf(entry) + SEPARATOR.length;
    length += added;
    if (result.length > 0 && length <= MAX_CODE_POINTS) result.at(-1)?.push(entry);
    else {
      result.push([entry]);
      length = added;
    }
  }
  return result;
}

/** In code points, as the API server counts. */
function lengthOf(expression: string): number {
  return [...expression].length;
}

/** What a literal consists of besides the punctuation of JSON. Variables are added up if they are lists. */
const TOKEN = /"(?:[^"\\]|\\.)*"|dyn\(|\)|variables\.\w+(?: \+ variables\.\w+)*/g;

/** The JSON text of a variable that {@link literalVariables} wrote, or the chart; `null` if there is none. */
export function jsonText(variables: readonly Variable[], name: string): string {
  const { expression = 'null' } = variables.find((variable) => variable.name === name) ?? {};
  return expression.replace(TOKEN, (token) => {
    if (token.startsWith('"')) return token;
    if (!token.startsWith(READ)) return '';
    const [first = '', ...others] = token
      .split(SUM)
      .map((read) => jsonText(variables, read.slice(READ.length)));
    return others.reduce((sum, other) => `${sum.slice(0, -1)}${SEPARATOR}${other.slice(1)}`, first);
  });
}
