import { Environment, EvaluationError } from '@marcbachmann/cel-js';
import { isObject } from '../../core/values/json.js';
import { type Path, pathText } from '../../core/values/path.js';
import { admittedPod, admittedRequest, mayBeSet } from './admission-object.js';
import type { PodSubject } from './pod-subject.js';

/** The result of a match condition. */
export type ConditionResult =
  | { readonly holds: boolean }
  /** The API server fails to evaluate it, too. */
  | { readonly fails: string }
  /** It depends on what is not known, or it cannot be evaluated here. */
  | { readonly unknown: string };

/** The errors that the API server has, too. Any other may be due to a function that only the API server has. */
const SHARED_ERRORS = new Set(['no_such_key', 'index_out_of_bounds', 'division_by_zero']);

/** `authorizer` is missing, because only the API server can ask it. */
const ENVIRONMENT = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false })
  .registerVariable('object', 'dyn')
  .registerVariable('oldObject', 'dyn')
  .registerVariable('request', 'dyn');

/**
 * Evaluates a match condition about the creation of a Pod:
 * kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-matchconditions.
 * No other webhook has changed the Pod.
 */
export function evaluateCondition(expression: string, subject: PodSubject): ConditionResult {
  const unknown = new Set<string>();
  const onMissing = (path: Path) => {
    if (mayBeSet(path, subject)) unknown.add(pathText(path));
  };
  const variables = {
    object: toCel(admittedPod(subject), ['object'], onMissing),
    oldObject: null,
    request: toCel(admittedRequest(subject), ['request'], onMissing),
  };
  try {
    const result = ENVIRONMENT.parse(expression)(variables);
    if (unknown.size > 0) return reads(unknown);
    return typeof result === 'boolean' ? { holds: result } : { unknown: 'it does not result in a boolean' };
  } catch (error) {
    if (unknown.size > 0) return reads(unknown);
    const { code, summary, message } = error as EvaluationError;
    const text = summary ?? message;
    return error instanceof EvaluationError && SHARED_ERRORS.has(code)
      ? { fails: text }
      : { unknown: `it cannot be evaluated here: ${text}` };
  }
}

function reads(paths: ReadonlySet<string>): ConditionResult {
  return { unknown: `it reads ${[...paths].join(', ')}, which is not known before the Pod is created` };
}

/** A value for CEL: whole numbers are integers, and objects are Maps that report which missing keys are read. */
function toCel(value: unknown, path: Path, onMissing: (path: Path) => void): unknown {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (Array.isArray(value)) return value.map((entry, index) => toCel(entry, [...path, index], onMissing));
  if (!isObject(value)) return value;
  const map = new Map(
    Object.entries(value).map(([key, inner]) => [key, toCel(inner, [...path, key], onMissing)]),
  );
  // The interpreter only accepts a plain Map, not one of a subclass.
  return Object.assign(map, {
    get: (key: string) => {
      const found = Map.prototype.get.call(map, key);
      if (found === undefined) onMissing([...path, key]);
      return found;
    },
  });
}
