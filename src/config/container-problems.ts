import { isObject, type JsonObject } from '../core/json.js';
import { parseQuantity } from '../core/quantity.js';
import type { Problem } from './problem.js';

/** The fields of core/v1 Container in Kubernetes 1.37 and what JSON type each has. */
const FIELDS: { readonly [field: string]: 'list' | 'object' | 'string' | 'boolean' } = {
  args: 'list',
  command: 'list',
  env: 'list',
  envFrom: 'list',
  lifecycle: 'object',
  livenessProbe: 'object',
  ports: 'list',
  readinessProbe: 'object',
  resizePolicy: 'list',
  resources: 'object',
  restartPolicyRules: 'list',
  securityContext: 'object',
  startupProbe: 'object',
  stdin: 'boolean',
  stdinOnce: 'boolean',
  terminationMessagePath: 'string',
  terminationMessagePolicy: 'string',
  tty: 'boolean',
  volumeDevices: 'list',
  volumeMounts: 'list',
  workingDir: 'string',
};

/** Fields of a Container that have a setting of their own, or that are ours to choose. */
const OURS: { readonly [field: string]: string } = {
  name: 'nothing (the name is fixed)',
  image: 'nothing (set image one level up)',
  imagePullPolicy: 'nothing (set imagePullPolicy one level up)',
  restartPolicy: 'nothing (the mode decides)',
};

/**
 * What is wrong with the further fields of a container. Unknown fields are errors: the API server would drop them without a
 * word.
 */
export function containerProblems(
  path: string,
  container: JsonObject,
  forbidden: readonly string[],
): Problem[] {
  const problems = Object.entries(container).flatMap(([field, given]) => {
    const expected = fieldExpectation(field, given, forbidden);
    return expected === undefined ? [] : [{ path: `${path}.${field}`, expected, given }];
  });
  return [...problems, ...entryProblems(path, container), ...quantityProblems(path, container.resources)];
}

function fieldExpectation(field: string, given: unknown, forbidden: readonly string[]): string | undefined {
  if (Object.hasOwn(OURS, field)) return OURS[field];
  if (forbidden.includes(field)) return 'nothing (Kubernetes does not allow it in an init container)';
  const type = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
  if (type === undefined) return `a field of a Kubernetes container: ${Object.keys(FIELDS).join(', ')}`;
  const actual = Array.isArray(given) ? 'list' : isObject(given) ? 'object' : typeof given;
  return actual === type ? undefined : `${type === 'object' ? 'an' : 'a'} ${type}`;
}

function entryProblems(path: string, { env, ports }: JsonObject): Problem[] {
  const problems: Problem[] = [];
  for (const [index, entry] of (Array.isArray(env) ? env : []).entries()) {
    const { name, value } = isObject(entry) ? entry : {};
    const at = `${path}.env[${index}]`;
    if (typeof name !== 'string' || name === '')
      problems.push({ path: `${at}.name`, expected: 'a name', given: name });
    if (value !== undefined && typeof value !== 'string') {
      problems.push({
        path: `${at}.value`,
        expected: 'a string (put it in quotes)',
        given: value,
        secret: true,
      });
    }
  }
  for (const [index, entry] of (Array.isArray(ports) ? ports : []).entries()) {
    const port = isObject(entry) ? entry.containerPort : undefined;
    if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65535) {
      const expected = 'a whole number from 1 to 65535';
      problems.push({ path: `${path}.ports[${index}].containerPort`, expected, given: port });
    }
  }
  return problems;
}

function quantityProblems(path: string, resources: unknown): Problem[] {
  if (!isObject(resources)) return [];
  return ['requests', 'limits'].flatMap((kind) => {
    const amounts = resources[kind] ?? {};
    const at = `${path}.resources.${kind}`;
    if (!isObject(amounts)) return [{ path: at, expected: 'a map of quantities', given: amounts }];
    return Object.entries(amounts)
      .filter(([, amount]) => parseQuantity(String(amount)) === undefined)
      .map(([name, amount]) => ({ path: `${at}.${name}`, expected: 'a Kubernetes quantity', given: amount }));
  });
}
