import { RULES_VARIABLES } from '../../core/pod/container-names.js';
import { requestsOverLimits } from '../../core/settings/resolved-settings.js';
import { asList, asObject, isObject, type JsonObject, nullEntries, valueAt } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import type { ConfigViolation } from '../schema/config-violation.js';
import { constraintViolations } from './constraints.js';
import { CONTAINER_SHAPE } from './shape.js';
import { shapeViolations } from './shape-violations.js';

/** Fields that the configuration must not set, by dotted path, and what to do instead. */
const FIXED: { readonly [path: string]: string } = {
  name: 'no value (the name is fixed)',
  image: 'no value (set image one level up)',
  imagePullPolicy: 'no value (set imagePullPolicy one level up)',
  restartPolicy: 'no value (the injector sets it)',
};

/** More such fields of the proxy container. */
export const FIXED_IN_PROXY = {
  'securityContext.runAsUser': 'no value (set proxy.uid instead)',
  'securityContext.runAsGroup': 'no value (set proxy.gid instead)',
};

const NOT_IN_INIT = 'no value (Kubernetes does not allow it in init containers)';

/** More such fields of the init container. */
export const FIXED_IN_INIT = {
  lifecycle: NOT_IN_INIT,
  livenessProbe: NOT_IN_INIT,
  readinessProbe: NOT_IN_INIT,
  startupProbe: NOT_IN_INIT,
  'securityContext.privileged': 'no value (the redirect only needs the capability NET_ADMIN)',
};

/** Environment variables that the configuration must not set in the init container, and what to do instead. */
export const FIXED_VARIABLES_IN_INIT: { readonly [name: string]: string } = Object.fromEntries(
  Object.values(RULES_VARIABLES).map((name) => [name, 'another name (the injector sets this variable)']),
);

/**
 * Checks the configured fields of a container. `fixed` lists fields that this container fixes besides the common ones,
 * and `variables` environment variables.
 */
export function containerViolations(
  path: Path,
  container: JsonObject,
  fixed: { readonly [path: string]: string },
  variables: { readonly [name: string]: string },
): ConfigViolation[] {
  const taken = Object.entries({ ...FIXED, ...fixed })
    .map(([field, expected]) => ({
      path: field.split('.'),
      expected,
      given: valueAt(container, field.split('.')),
    }))
    .filter(({ given }) => given !== undefined && given !== null);
  const isTaken = (violation: ConfigViolation) =>
    taken.some(({ path: takenPath }) => takenPath.join() === violation.path.join());
  const shape = [
    ...shapeViolations([], container, CONTAINER_SHAPE).filter((violation) => !isTaken(violation)),
    ...nullEntryViolations([], container),
  ];
  // If a misspelled field also breaks a constraint, report only the field.
  const constraints = constraintViolations(container).filter(
    (violation) => ![...taken, ...shape].some((known) => isWithin(violation.path, known.path)),
  );
  const violations = [
    ...taken,
    ...shape,
    ...constraints,
    ...resourceViolations(container),
    ...rootViolations(container),
  ];
  return [
    ...violations.map((violation) => ({ ...violation, ...secret(violation) })),
    ...variableViolations(container, variables),
  ].map((violation) => ({ ...violation, path: [...path, ...violation.path] }));
}

/** Rejects null in lists: Go would decode it to an empty entry. */
export function nullEntryViolations(path: Path, value: unknown): ConfigViolation[] {
  return nullEntries(value).map((entry) => ({
    path: [...path, ...entry],
    expected: 'a value',
    given: null,
  }));
}

/** The names are known, so they are no secret. */
function variableViolations(
  { env }: JsonObject,
  variables: { readonly [name: string]: string },
): ConfigViolation[] {
  return asList(env).flatMap((variable, index) => {
    const given = asObject(variable).name;
    const expected =
      typeof given === 'string' && Object.hasOwn(variables, given) ? variables[given] : undefined;
    return expected === undefined ? [] : [{ path: ['env', index, 'name'], expected, given }];
  });
}

function isWithin(outer: Path, inner: Path): boolean {
  return outer.every((key, index) => inner[index] === key);
}

/** Values of environment variables are not printed. */
function secret({ path }: ConfigViolation): Pick<ConfigViolation, 'secret'> {
  return path[0] === 'env' || path[0] === 'envFrom' ? { secret: true } : {};
}

function resourceViolations({ resources }: JsonObject): ConfigViolation[] {
  const { requests, limits } = asObject(resources);
  if (!isObject(requests) || !isObject(limits)) return [];
  return requestsOverLimits({ requests, limits }).map(({ resource, request, limit }) => ({
    path: ['resources', 'requests', resource],
    expected: `at most the limit (${limit})`,
    given: request,
  }));
}

function rootViolations({ securityContext }: JsonObject): ConfigViolation[] {
  const { runAsUser, runAsNonRoot: given } = asObject(securityContext);
  if (runAsUser !== 0 || given !== true) return [];
  return [{ path: ['securityContext', 'runAsNonRoot'], expected: 'false with runAsUser: 0', given }];
}
