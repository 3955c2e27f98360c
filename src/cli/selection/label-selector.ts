import { asList, asObject } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import type { StringMap } from '../../core/values/shape.js';

/** The labels of an object, as far as they are known. */
export interface Labels {
  readonly known: StringMap;
  /** Keys of labels that the object will have, with a value that is not known. */
  readonly unknownValues?: readonly string[];
  /** There may be labels with other keys. */
  readonly isPartial?: boolean;
}

/** A requirement of a label selector that is not met, or may not be. */
export interface Unmet {
  readonly matches: false | undefined;
  /** The requirement in kubectl's notation: `proxy-injection in (enabled)`. */
  readonly requirement: string;
  /** What the label is: `"disabled"`, `not set`, `unknown`. */
  readonly given: string;
  readonly key: string;
  /** The path of the requirement in the selector. */
  readonly path: Path;
}

/**
 * Evaluates a label selector as the API server does; a missing one matches everything. Undefined if it matches.
 * Otherwise, the requirement that decides: one that is not met, or if there is none, one that depends on an unknown
 * label. See kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors.
 */
export function unmetBy(labels: Labels, selector: unknown): Unmet | undefined {
  const { matchLabels, matchExpressions } = asObject(selector);
  const requirements = [
    ...Object.entries(asObject(matchLabels)).map(([key, value]) => ({
      expression: { key, operator: 'In', values: [value] },
      path: ['matchLabels', key],
    })),
    ...asList(matchExpressions).map((expression, index) => ({
      expression: asObject(expression),
      path: ['matchExpressions', index],
    })),
  ];
  const unmet = requirements.flatMap(({ expression: { key, operator, values }, path }) => {
    const requirement = { key: String(key), operator: String(operator), values: asList(values) };
    const matches = meets(labels, requirement);
    return matches ? [] : [{ matches, ...shown(labels, requirement), key: requirement.key, path }];
  });
  return unmet.find(({ matches }) => matches === false) ?? unmet[0];
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly unknown[];
}

function meets(labels: Labels, { key, operator, values }: Requirement): boolean | undefined {
  const value = stateOf(labels, key);
  const isSet = value === 'unknown' ? undefined : value !== 'absent';
  const isIn =
    typeof value === 'object' ? values.includes(value.value) : value === 'absent' ? false : undefined;
  if (operator === 'In') return isIn;
  if (operator === 'NotIn') return isIn === undefined ? undefined : !isIn;
  if (operator === 'Exists') return isSet;
  if (operator === 'DoesNotExist') return isSet === undefined ? undefined : !isSet;
  return undefined; // the API server rejects any other operator
}

/** The value of a label; `set` if the value is unknown. */
function stateOf(
  { known, unknownValues = [], isPartial }: Labels,
  key: string,
): { readonly value: string } | 'set' | 'absent' | 'unknown' {
  if (unknownValues.includes(key)) return 'set';
  const value = Object.hasOwn(known, key) ? known[key] : undefined;
  if (value !== undefined) return { value };
  return isPartial ? 'unknown' : 'absent';
}

function shown(labels: Labels, { key, operator, values }: Requirement) {
  const value = stateOf(labels, key);
  const list = `(${values.join(', ')})`;
  const notations: { readonly [operator: string]: string } = {
    In: `${key} in ${list}`,
    NotIn: `${key} notin ${list}`,
    Exists: key,
    DoesNotExist: `!${key}`,
  };
  const texts = { absent: 'not set', set: 'set to an unknown value', unknown: 'unknown' };
  return {
    requirement: notations[operator] ?? `${key} ${operator} ${list}`,
    given: typeof value === 'object' ? JSON.stringify(value.value) : texts[value],
  };
}
