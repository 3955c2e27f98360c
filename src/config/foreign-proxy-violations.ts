import { asList, isObject, type JsonObject } from '../core/values/json.js';
import type { Path } from '../core/values/path.js';
import type { ConfigViolation } from './schema/config-violation.js';
import { CONTAINER_PATTERN, METADATA_PATTERN } from './schema/foreign-proxies.js';
import { TEXT } from './shape/scalars.js';
import { shapeViolations } from './shape/shape-violations.js';

/** The lists of an entry, with the valid members. */
const LISTS = {
  containers: { expected: 'a container name, optionally with a * at its end', pattern: CONTAINER_PATTERN },
  metadata: {
    expected: 'the key of an annotation or label, optionally with =value',
    pattern: METADATA_PATTERN,
  },
};

const SHAPE = [{ 'name!': TEXT, containers: [TEXT], metadata: [TEXT] }] as const;

/** Violations in the setting `foreignProxies`. */
export function foreignProxyViolations(value: unknown): ConfigViolation[] {
  const path = ['foreignProxies'];
  const shape = shapeViolations(path, asList(value), SHAPE);
  if (shape.length > 0) return shape;
  return asList(value)
    .filter(isObject)
    .flatMap((proxy, index) => entryViolations([...path, index], proxy));
}

function entryViolations(path: Path, proxy: JsonObject): ConfigViolation[] {
  const isEmpty = Object.keys(LISTS).every((list) => asList(proxy[list]).length === 0);
  if (isEmpty) return [{ path, expected: 'containers or metadata', given: 'neither' }];
  return Object.entries(LISTS).flatMap(([list, { expected, pattern }]) =>
    asList(proxy[list]).flatMap((given, index) =>
      pattern.test(String(given)) ? [] : [{ path: [...path, list, index], expected, given }],
    ),
  );
}
