import { requestsOverLimits } from '../../core/settings/resolved-settings.js';
import { asObject, isObject, type JsonObject, valueAt } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import type { ConfigViolation } from '../schema/config-violation.js';
import { constraintViolations } from './constraints.js';
import { CONTAINER_SHAPE } from './shape.js';
import { shapeViolations } from './shape-violations.js';

/** Fields that have a setting of their own or that are ours to choose, by their place in the container. */
const FIXED: { readonly [place: string]: string } = {
  name: 'nothing (the name is fixed)',
  image: 'nothing (set image one level up)',
  imagePullPolicy: 'nothing (set imagePullPolicy one level up)',
  restartPolicy: 'nothing (the mode decides)',
};

/** The same for the proxy alone. */
export const FIXED_IN_PROXY = {
  'securityContext.runAsUser': 'nothing (set proxy.uid instead)',
  'securityContext.runAsGroup': 'nothing (set proxy.gid instead)',
};

const NOT_IN_INIT = 'nothing (Kubernetes does not allow it in an init container)';

/** The same for the init container alone. */
export const FIXED_IN_INIT = {
  lifecycle: NOT_IN_INIT,
  livenessProbe: NOT_IN_INIT,
  readinessProbe: NOT_IN_INIT,
  startupProbe: NOT_IN_INIT,
  'securityContext.privileged': 'nothing (the redirect needs the capability NET_ADMIN and no more)',
};

/** What is wrong with the further fields of a container. `ours` says which fields are taken, beside those of every container. */
export function containerViolations(
  path: Path,
  container: JsonObject,
  ours: { readonly [place: string]: string },
): ConfigViolation[] {
  const taken = Object.entries({ ...FIXED, ...ours })
    .map(([place, expected]) => ({
      path: place.split('.'),
      expected,
      given: valueAt(container, place.split('.')),
    }))
    .filter(({ given }) => given !== undefined && given !== null);
  const isTaken = (violation: ConfigViolation) =>
    taken.some((each) => each.path.join() === violation.path.join());
  const shape = shapeViolations([], container, CONTAINER_SHAPE).filter((violation) => !isTaken(violation));
  // A rule that is broken by a misspelt field is told by that field alone.
  const rules = constraintViolations(container).filter(
    (rule) => ![...taken, ...shape].some((known) => isWithin(rule.path, known.path)),
  );
  const violations = [
    ...taken,
    ...shape,
    ...rules,
    ...resourceViolations(container),
    ...rootViolations(container),
  ];
  return violations.map((violation) => ({
    ...violation,
    path: [...path, ...violation.path],
    ...secret(violation),
  }));
}

function isWithin(outer: Path, inner: Path): boolean {
  return outer.every((key, index) => inner[index] === key);
}

/** The values of environment variables are not shown. */
function secret({ path }: ConfigViolation): Pick<ConfigViolation, 'secret'> {
  return path[0] === 'env' || path[0] === 'envFrom' ? { secret: true } : {};
}

function resourceViolations({ resources }: JsonObject): ConfigViolation[] {
  const { requests, limits } = asObject(resources);
  if (!isObject(requests) || !isObject(limits)) return [];
  return requestsOverLimits({ requests, limits }).map(({ resource, request, limit }) => ({
    path: ['resources', 'requests', resource],
    expected: `at most the limit, ${limit}`,
    given: request,
  }));
}

function rootViolations({ securityContext }: JsonObject): ConfigViolation[] {
  const { runAsUser, runAsNonRoot: given } = asObject(securityContext);
  if (runAsUser !== 0 || given !== true) return [];
  return [{ path: ['securityContext', 'runAsNonRoot'], expected: 'false beside runAsUser 0', given }];
}
