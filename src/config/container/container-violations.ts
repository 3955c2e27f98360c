import { FAMILIES_VARIABLE, RULES_VARIABLES } from '../../core/pod/container-names.js';
import { asList, asObject, isAbsent, type JsonObject, valueAt } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import type { ConfigViolation } from '../schema/config-violation.js';
import { isWithin, under, violationsOf } from '../shape/violations.js';
import { CONTAINER_CONSTRAINTS } from './constraints.js';
import { CONTAINER_SHAPE } from './container-shape.js';

/** Fields that the configuration must not set, by dotted path, and what to do instead. */
const FIXED: { readonly [path: string]: string } = {
  name: 'no value (the name is fixed)',
  image: 'no value (set image one level up)',
  imagePullPolicy: 'no value (set imagePullPolicy one level up)',
  restartPolicy: 'no value (the injector sets it)',
  'resources.claims': 'no value (the claim would have to be in the spec.resourceClaims of the Pod)',
};

/** More such fields of the proxy container. */
export const FIXED_IN_PROXY = {
  'lifecycle.stopSignal': 'no value (the API server only accepts it in Pods with spec.os.name)',
  'securityContext.runAsUser': 'no value (set proxy.uid instead)',
  'securityContext.runAsGroup': 'no value (set proxy.gid instead)',
};

const NOT_IN_INIT = 'no value (Kubernetes does not allow it in init containers)';

/** More such fields of the init container. */
export const FIXED_IN_INIT = {
  lifecycle: NOT_IN_INIT,
  livenessProbe: NOT_IN_INIT,
  readinessProbe: NOT_IN_INIT,
  resizePolicy: NOT_IN_INIT,
  startupProbe: NOT_IN_INIT,
  'securityContext.privileged': 'no value (the redirect only needs the capability NET_ADMIN)',
};

/** Environment variables that the configuration must not set in the init container, and what to do instead. */
export const FIXED_VARIABLES_IN_INIT: { readonly [name: string]: string } = Object.fromEntries(
  [...Object.values(RULES_VARIABLES), FAMILIES_VARIABLE].map((name) => [
    name,
    'another name (the injector sets this variable)',
  ]),
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
    .filter(({ given }) => !isAbsent(given));
  const others = violationsOf(container, CONTAINER_SHAPE, CONTAINER_CONSTRAINTS).filter(
    (violation) => !taken.some((known) => isWithin(violation.path, known.path)),
  );
  return under(path, [
    ...[...taken, ...others].map((violation) => ({ ...violation, ...secret(violation) })),
    ...variableViolations(container, variables),
  ]);
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

/** Values of environment variables are not printed. */
function secret({ path }: ConfigViolation): Pick<ConfigViolation, 'secret'> {
  return path[0] === 'env' || path[0] === 'envFrom' ? { secret: true } : {};
}
