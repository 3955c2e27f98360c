import { asObject, isAbsent, isObject, type JsonObject, valueAt } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import type { ConfigViolation } from '../schema/config-violation.js';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const HOOKS = [
  ['lifecycle', 'preStop'],
  ['lifecycle', 'postStart'],
] as const;

const PROFILES = [
  ['securityContext', 'seccompProfile'],
  ['securityContext', 'appArmorProfile'],
] as const;

const PROBE_HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
const HOOK_HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'sleep'];
const VARIABLE_SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

/** Resources that can be overcommitted. Others need a limit, and the request must equal it. */
const OVERCOMMITTED = /^(cpu|memory|ephemeral-storage)$/;
const RESOURCE = /^(cpu|memory|ephemeral-storage|hugepages-.+|.+\/.+)$/;

/**
 * Checks constraints between the fields of a container, which the API server validates in addition to their types.
 * Source: k8s.io/kubernetes v1.37, pkg/apis/core/validation/validation.go. The suite `chart` compares them with it.
 */
export function constraintViolations(container: JsonObject): ConfigViolation[] {
  const { env, envFrom, ports, volumeMounts } = container;
  return [
    ...PROBES.flatMap((probe) => exactlyOne([probe], container[probe], PROBE_HANDLERS)),
    ...['livenessProbe', 'startupProbe'].flatMap((probe) => singleSuccess(probe, container[probe])),
    ...HOOKS.flatMap((hook) => exactlyOne(hook, valueAt(container, hook), HOOK_HANDLERS)),
    ...each(env, (variable, index) => variableViolations(['env', index], variable)),
    ...each(envFrom, (from, index) => exactlyOne(['envFrom', index], from, ['configMapRef', 'secretRef'])),
    ...unique(['ports'], ports, 'name'),
    ...unique(['volumeMounts'], volumeMounts, 'mountPath'),
    ...resourceNameViolations(container),
    ...privilegeViolations(container),
    ...PROFILES.flatMap((profile) => profileViolations(profile, valueAt(container, profile))),
    ...gracePeriodViolations(container),
  ];
}

/** Exactly one of the fields must be set. */
function exactlyOne(path: Path, value: unknown, fields: readonly string[]): ConfigViolation[] {
  if (!isObject(value)) return [];
  const given = fields.filter((field) => !isAbsent(value[field]));
  if (given.length === 1) return [];
  return [
    { path, expected: `exactly one of ${fields.join(', ')}`, given: given.length === 0 ? undefined : given },
  ];
}

function singleSuccess(probe: string, value: unknown): ConfigViolation[] {
  const { successThreshold: given } = asObject(value);
  if (typeof given !== 'number' || given <= 1) return [];
  return [{ path: [probe, 'successThreshold'], expected: '1 (only readinessProbe allows more)', given }];
}

function variableViolations(path: Path, { value, valueFrom }: JsonObject): ConfigViolation[] {
  if (isAbsent(valueFrom)) return [];
  if (value !== undefined && value !== null && value !== '') {
    return [{ path, expected: 'value or valueFrom, not both', given: ['value', 'valueFrom'] }];
  }
  return exactlyOne([...path, 'valueFrom'], valueFrom, VARIABLE_SOURCES);
}

function unique(path: Path, list: unknown, field: string): ConfigViolation[] {
  const values = each(list, (entry) => [entry[field]]);
  return values.flatMap((given, index) => {
    if (typeof given !== 'string' || values.indexOf(given) === index) return [];
    return [{ path: [...path, index, field], expected: `a unique ${field}`, given }];
  });
}

function resourceNameViolations({ resources }: JsonObject): ConfigViolation[] {
  const { requests, limits } = asObject(resources);
  const unknown = Object.entries({ requests, limits }).flatMap(([kind, amounts]) =>
    namesOf(amounts)
      .filter((name) => !RESOURCE.test(name))
      .map((given) => ({
        path: ['resources', kind],
        expected: 'resource names such as cpu or example.com/gpu',
        given,
      })),
  );
  const withoutLimit = namesOf(requests)
    .filter((name) => RESOURCE.test(name) && !OVERCOMMITTED.test(name) && !namesOf(limits).includes(name))
    .map((name) => ({
      path: ['resources', 'limits', name],
      expected: 'a limit (required with a request)',
      given: undefined,
    }));
  return [...unknown, ...withoutLimit];
}

/** By default, both containers have `allowPrivilegeEscalation: false`, which contradicts `privileged`. */
function privilegeViolations({ securityContext }: JsonObject): ConfigViolation[] {
  const { privileged: given, allowPrivilegeEscalation } = asObject(securityContext);
  if (given !== true || allowPrivilegeEscalation === true) return [];
  const expected = 'false (unless allowPrivilegeEscalation is true)';
  return [{ path: ['securityContext', 'privileged'], expected, given }];
}

function profileViolations(path: Path, value: unknown): ConfigViolation[] {
  const { type, localhostProfile: given } = asObject(value);
  if ((type === 'Localhost') !== isAbsent(given)) return [];
  const expected = type === 'Localhost' ? 'the path of the profile' : 'no value (only for type: Localhost)';
  return [{ path: [...path, 'localhostProfile'], expected, given }];
}

function gracePeriodViolations({ readinessProbe }: JsonObject): ConfigViolation[] {
  const { terminationGracePeriodSeconds: given } = asObject(readinessProbe);
  if (isAbsent(given)) return [];
  const expected = 'no value (a readiness probe never stops the container)';
  return [{ path: ['readinessProbe', 'terminationGracePeriodSeconds'], expected, given }];
}

function namesOf(amounts: unknown): string[] {
  return isObject(amounts) ? Object.keys(amounts) : [];
}

function each<T>(list: unknown, visit: (entry: JsonObject, index: number) => T[]): T[] {
  return Array.isArray(list) ? list.flatMap((entry, index) => visit(asObject(entry), index)) : [];
}
