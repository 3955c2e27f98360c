import { asList, asObject, isAbsent, isObject, type JsonObject, valueAt } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import type { ConfigViolation } from '../schema/config-violation.js';
import { constraintViolations, unique } from '../shape/constraint.js';
import { under, violationsOf } from '../shape/violations.js';
import { VOLUME_CONSTRAINTS } from './constraints.js';
import { VOLUME_SHAPE, VOLUME_SOURCES } from './volume-shape.js';

/** Checks the configured volumes. */
export function volumeViolations(path: Path, volumes: readonly unknown[]): ConfigViolation[] {
  return under(path, [
    ...constraintViolations(volumes, { '': [unique('name')] }),
    ...volumes.flatMap((volume, index) =>
      isObject(volume) ? under([index], violationsOf(volume, VOLUME_SHAPE, VOLUME_CONSTRAINTS)) : [],
    ),
  ]).map((violation) => ({ ...violation, ...secret(violation) }));
}

/** The parameters of a CSI driver may be secret, so messages do not show them. */
function secret({ path }: ConfigViolation): Pick<ConfigViolation, 'secret'> {
  return path.includes('volumeAttributes') ? { secret: true } : {};
}

/** How a container may refer to a volume, and which sources it then needs. */
const REFERENCES = [
  { list: 'volumeMounts', field: ['name'], sources: VOLUME_SOURCES, expected: 'a volume' },
  {
    list: 'volumeDevices',
    field: ['name'],
    sources: ['persistentVolumeClaim', 'ephemeral'],
    expected: 'a persistentVolumeClaim or ephemeral volume',
  },
  {
    list: 'env',
    field: ['valueFrom', 'fileKeyRef', 'volumeName'],
    sources: ['emptyDir'],
    expected: 'an emptyDir volume',
  },
];

/** Checks the names by which a container refers to the configured volumes. */
export function volumeReferenceViolations(
  path: Path,
  container: JsonObject,
  volumes: readonly unknown[],
): ConfigViolation[] {
  return under(
    path,
    REFERENCES.flatMap(({ list, field, sources, expected }) => {
      const suitable = volumes.map(asObject).filter((volume) => sources.includes(sourceOf(volume)));
      const names = new Set(suitable.map(({ name }) => name));
      return asList(container[list])
        .map((entry, index) => ({ path: [list, index, ...field], given: valueAt(entry, field) }))
        .filter(({ given }) => !isAbsent(given) && !names.has(given))
        .map((violation) => ({ ...violation, expected: `the name of ${expected} in pod.volumes` }));
    }),
  );
}

/** Without a source, the volume is an emptyDir. */
function sourceOf(volume: JsonObject): string {
  return VOLUME_SOURCES.find((source) => !isAbsent(volume[source])) ?? 'emptyDir';
}
