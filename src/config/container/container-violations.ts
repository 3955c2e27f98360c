import { requestsOverLimits } from '../../core/settings/resolved-settings.js';
import { isObject, type JsonObject, valueAt } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import type { Problem } from '../configuration-error.js';
import { ruleProblems } from './constraints.js';
import { CONTAINER_SHAPE } from './shape.js';
import { shapeProblems } from './shape-violations.js';

/** Fields that have a setting of their own or that are ours to choose, by their place in the container. */
const OURS: { readonly [place: string]: string } = {
  name: 'nothing (the name is fixed)',
  image: 'nothing (set image one level up)',
  imagePullPolicy: 'nothing (set imagePullPolicy one level up)',
  restartPolicy: 'nothing (the mode decides)',
};

/** The same for the proxy alone. */
export const OURS_IN_PROXY = {
  'securityContext.runAsUser': 'nothing (set proxy.uid instead)',
  'securityContext.runAsGroup': 'nothing (set proxy.gid instead)',
};

const NOT_IN_INIT = 'nothing (Kubernetes does not allow it in an init container)';

/** The same for the init container alone. */
export const OURS_IN_INIT = {
  lifecycle: NOT_IN_INIT,
  livenessProbe: NOT_IN_INIT,
  readinessProbe: NOT_IN_INIT,
  startupProbe: NOT_IN_INIT,
  'securityContext.privileged': 'nothing (the redirect needs the capability NET_ADMIN and no more)',
};

/** What is wrong with the further fields of a container. `ours` says which fields are taken, beside those of every container. */
export function containerProblems(
  path: Path,
  container: JsonObject,
  ours: { readonly [place: string]: string },
): Problem[] {
  const taken = Object.entries({ ...OURS, ...ours })
    .map(([place, expected]) => ({
      path: place.split('.'),
      expected,
      given: valueAt(container, place.split('.')),
    }))
    .filter(({ given }) => given !== undefined && given !== null);
  const isTaken = (problem: Problem) => taken.some((each) => each.path.join() === problem.path.join());
  const shape = shapeProblems([], container, CONTAINER_SHAPE).filter((problem) => !isTaken(problem));
  // A rule that is broken by a misspelt field is told by that field alone.
  const rules = ruleProblems(container).filter(
    (rule) => ![...taken, ...shape].some((known) => isWithin(rule.path, known.path)),
  );
  const problems = [...taken, ...shape, ...rules, ...resourceProblems(container), ...rootProblems(container)];
  return problems.map((problem) => ({ ...problem, path: [...path, ...problem.path], ...secret(problem) }));
}

function isWithin(outer: Path, inner: Path): boolean {
  return outer.every((key, index) => inner[index] === key);
}

/** The values of environment variables are not shown. */
function secret({ path }: Problem): Pick<Problem, 'secret'> {
  return path[0] === 'env' || path[0] === 'envFrom' ? { secret: true } : {};
}

function resourceProblems({ resources }: JsonObject): Problem[] {
  const { requests, limits } = isObject(resources) ? resources : {};
  if (!isObject(requests) || !isObject(limits)) return [];
  return requestsOverLimits({ requests, limits }).map(({ resource, request, limit }) => ({
    path: ['resources', 'requests', resource],
    expected: `at most the limit, ${limit}`,
    given: request,
  }));
}

function rootProblems({ securityContext }: JsonObject): Problem[] {
  const { runAsUser, runAsNonRoot: given } = isObject(securityContext) ? securityContext : {};
  if (runAsUser !== 0 || given !== true) return [];
  return [{ path: ['securityContext', 'runAsNonRoot'], expected: 'false beside runAsUser 0', given }];
}
