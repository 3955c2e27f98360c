import { requestsOverLimits } from '../../core/settings/resolved-settings.js';
import { asObject, isAbsent, type JsonObject } from '../../core/values/json.js';
import { parseQuantity } from '../../core/values/quantity.js';
import type { ConfigViolation } from '../schema/config-violation.js';
import { type Constraint, onObject } from '../shape/constraint.js';
import { QUALIFIED_NAME } from '../shape/scalars.js';

const HUGE_PAGES = 'hugepages-';
const UNIT = 10n ** 9n;

/** Constraints on the `resources` of a container. */
export const RESOURCE_CONSTRAINTS: readonly Constraint[] = [
  nameViolations,
  amountViolations,
  missingLimits,
  requestViolations,
  lonelyHugePages,
].map(onObject);

function nameViolations(resources: JsonObject): ConfigViolation[] {
  return amounts(resources)
    .filter(({ name }) => !isResource(name))
    .map(({ kind, name: given }) => ({
      path: [kind],
      expected: 'resource names such as cpu or example.com/gpu',
      given,
    }));
}

/** Devices are whole, and huge pages come in their size. */
function amountViolations(resources: JsonObject): ConfigViolation[] {
  return amounts(resources).flatMap(({ kind, name, amount: given }) => {
    const unit = unitOf(name);
    if (unit === undefined || (parseQuantity(String(given)) ?? 0n) % unit === 0n) return [];
    const expected = unit === UNIT ? 'a whole number' : `a multiple of ${name.slice(HUGE_PAGES.length)}`;
    return [{ path: [kind, name], expected, given }];
  });
}

/** Resources that cannot be overcommitted need a limit, and the request must equal it. */
function missingLimits({ requests, limits }: JsonObject): ConfigViolation[] {
  return Object.keys(asObject(requests))
    .filter((name) => isResource(name) && unitOf(name) !== undefined && isAbsent(asObject(limits)[name]))
    .map((name) => ({
      path: ['limits', name],
      expected: 'a limit (required with a request)',
      given: undefined,
    }));
}

function requestViolations(resources: JsonObject): ConfigViolation[] {
  const requests = asObject(resources.requests);
  const limits = asObject(resources.limits);
  const unequal = Object.keys(requests).filter(
    (name) =>
      unitOf(name) !== undefined &&
      !isAbsent(limits[name]) &&
      parseQuantity(String(requests[name])) !== parseQuantity(String(limits[name])),
  );
  return [
    ...unequal.map((name) => ({
      path: ['requests', name],
      expected: `the limit (${limits[name]})`,
      given: requests[name],
    })),
    ...requestsOverLimits({ requests, limits })
      .filter(({ resource }) => unitOf(resource) === undefined)
      .map(({ resource, request, limit }) => ({
        path: ['requests', resource],
        expected: `at most the limit (${limit})`,
        given: request,
      })),
  ];
}

function lonelyHugePages(resources: JsonObject): ConfigViolation[] {
  const names = amounts(resources).map(({ name }) => name);
  const given = names.find((name) => name.startsWith(HUGE_PAGES));
  if (given === undefined || names.includes('cpu') || names.includes('memory')) return [];
  return [{ path: [], expected: 'cpu or memory next to huge pages', given }];
}

interface Amount {
  readonly kind: 'limits' | 'requests';
  readonly name: string;
  readonly amount: unknown;
}

function amounts(resources: JsonObject): Amount[] {
  return (['limits', 'requests'] as const).flatMap((kind) =>
    Object.entries(asObject(resources[kind])).map(([name, amount]) => ({ kind, name, amount })),
  );
}

function isResource(name: string): boolean {
  if (name.includes('/')) return QUALIFIED_NAME.test(`requests.${name}`) && !name.startsWith('requests.');
  return /^(cpu|memory|ephemeral-storage)$/.test(name) || unitOf(name) !== undefined;
}

/** The smallest amount of a resource that cannot be overcommitted. Undefined for others, and for no resource. */
function unitOf(name: string): bigint | undefined {
  if (name.startsWith(HUGE_PAGES)) {
    const size = parseQuantity(name.slice(HUGE_PAGES.length));
    return size !== undefined && size > 0n && size % UNIT === 0n ? size : undefined;
  }
  return name.includes('/') && !name.includes('kubernetes.io/') ? UNIT : undefined;
}

const DIVISORS = {
  cpu: /^(1|1m|0)$/,
  others: /^(1|1[kMGTPE]|1[KMGTPE]i|0)$/,
};

/** The divisor of a reference to a resource. 0 stands for the default. */
export const divisorConstraint: Constraint = onObject(({ resource, divisor: given }) => {
  const isCpu = String(resource).endsWith('.cpu');
  if (isAbsent(given) || DIVISORS[isCpu ? 'cpu' : 'others'].test(String(given))) return [];
  const expected = isCpu ? '1 or 1m' : '1, or 1 with a suffix such as k or Mi';
  return [{ path: ['divisor'], expected, given }];
});
