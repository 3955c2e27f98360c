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

/** Resources that the scheduler may overcommit; of others a limit has to be set, and requests have to equal it. */
const OVERCOMMITTED = /^(cpu|memory|ephemeral-storage)$/;
const RESOURCE = /^(cpu|memory|ephemeral-storage|hugepages-.+|.+\/.+)$/;

/**
 * What is wrong between the fields of a container: rules that the API server has beside the types of the fields. Their source is
 * k8s.io/kubernetes v1.37, pkg/apis/core/validation/validation.go; the suite `chart` holds them against it.
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

/** A field among those of which there has to be one. */
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
  return [{ path: [probe, 'successThreshold'], expected: '1 (more is for readinessProbe alone)', given }];
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
    return [{ path: [...path, index, field], expected: `a ${field} that no other has`, given }];
  });
}

function resourceNameViolations({ resources }: JsonObject): ConfigViolation[] {
  const { requests, limits } = asObject(resources);
  const unknown = Object.entries({ requests, limits }).flatMap(([kind, amounts]) =>
    namesOf(amounts)
      .filter((name) => !RESOURCE.test(name))
      .map((given) => ({
        path: ['resources', kind],
        expected: 'resources such as cpu or example.com/gpu',
        given,
      })),
  );
  const withoutLimit = namesOf(requests)
    .filter((name) => RESOURCE.test(name) && !OVERCOMMITTED.test(name) && !namesOf(limits).includes(name))
    .map((name) => ({
      path: ['resources', 'limits', name],
      expected: 'a limit, since there is a request',
      given: undefined,
    }));
  return [...unknown, ...withoutLimit];
}

/** Both containers are told not to gain privileges, unless the configuration says otherwise. */
function privilegeViolations({ securityContext }: JsonObject): ConfigViolation[] {
  const { privileged: given, allowPrivilegeEscalation } = asObject(securityContext);
  if (given !== true || allowPrivilegeEscalation === true) return [];
  const expected = 'false, or allowPrivilegeEscalation: true beside it';
  return [{ path: ['securityContext', 'privileged'], expected, given }];
}

function profileViolations(path: Path, value: unknown): ConfigViolation[] {
  const { type, localhostProfile: given } = asObject(value);
  if ((type === 'Localhost') !== isAbsent(given)) return [];
  const expected =
    type === 'Localhost' ? 'the file of the profile' : 'nothing (only the type Localhost has one)';
  return [{ path: [...path, 'localhostProfile'], expected, given }];
}

function gracePeriodViolations({ readinessProbe }: JsonObject): ConfigViolation[] {
  const { terminationGracePeriodSeconds: given } = asObject(readinessProbe);
  if (isAbsent(given)) return [];
  const expected = 'nothing (a readiness probe ends nothing)';
  return [{ path: ['readinessProbe', 'terminationGracePeriodSeconds'], expected, given }];
}

function namesOf(amounts: unknown): string[] {
  return isObject(amounts) ? Object.keys(amounts) : [];
}

function each<T>(list: unknown, visit: (entry: JsonObject, index: number) => T[]): T[] {
  return Array.isArray(list) ? list.flatMap((entry, index) => visit(asObject(entry), index)) : [];
}
