import { asObject, isAbsent, isObject, type JsonObject } from '../values/json.js';

/**
 * What the API server fills in where a field of a volume is missing (pkg/apis/core/v1/defaults.go in Kubernetes). The
 * fields of all sources share this table: none has the same name and another default.
 */
export const DEFAULTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['apiVersion', 'v1'],
  ['defaultMode', 0o644],
  ['divisor', '0'],
  ['expirationSeconds', 3600],
  ['iscsiInterface', 'default'],
  ['volumeMode', 'Filesystem'],
]);

/** Maps with keys of the user's choice, for which {@link DEFAULTS} means nothing. */
const MAPS: ReadonlySet<string> = new Set(['volumeAttributes', 'matchLabels', 'labels', 'annotations']);

/**
 * Whether two core/v1 Volumes are the same to the API server: equal, except for defaults and empty fields. Quantities
 * must be written the same; the API server stores the shortest form, such as `1Gi` for `1024Mi`.
 */
export function isSameVolume(one: unknown, other: unknown): boolean {
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((entry, index) => isSameVolume(entry, other[index]))
    );
  }
  if (!isObject(one) || !isObject(other)) return one === other;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) =>
    MAPS.has(key)
      ? isSameMap(asObject(one[key]), asObject(other[key]))
      : isSameVolume(fieldOf(one, key), fieldOf(other, key)),
  );
}

function fieldOf(parent: JsonObject, key: string): unknown {
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
  if (!isEmpty(value)) return value;
  return key === 'pullPolicy' ? defaultPullPolicy(parent) : DEFAULTS.get(key);
}

/** The values that the API server leaves out. It makes a volume without a source an emptyDir without fields. */
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) ? Object.values(value).every(isZero) : isZero(value);
}

function isZero(value: unknown): boolean {
  return isAbsent(value) || value === false || value === '';
}

/** The default of an image volume depends on the tag, which itself defaults to `latest`. */
function defaultPullPolicy({ reference }: JsonObject): string {
  const [name = '', digest] = String(reference).split('@');
  const tag = /:([^/]+)$/.exec(name)?.[1] ?? (digest === undefined ? 'latest' : '');
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

/** Compares strings only: the API server accepts no other values, and a client may nest them as deep as it likes. */
function isSameMap(one: JsonObject, other: JsonObject): boolean {
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && one[key] === other[key])
  );
}
