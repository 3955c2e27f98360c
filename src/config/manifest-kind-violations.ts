import { asList, isObject, type JsonObject } from '../core/values/json.js';
import type { Path } from '../core/values/path.js';
import { API_GROUP, KIND, TEMPLATE_PATH } from '../core/values/workload-kind.js';
import type { ConfigViolation } from './schema/config-violation.js';
import { TEXT } from './shape/scalars.js';
import { shapeViolations } from './shape/shape-violations.js';

const SHAPE = [{ group: TEXT, 'kind!': TEXT, templates: [TEXT] }] as const;

/** Violations in the setting `manifests.kinds`. */
export function manifestKindViolations(value: unknown): ConfigViolation[] {
  const path = ['manifests', 'kinds'];
  const shape = shapeViolations(path, asList(value), SHAPE);
  if (shape.length > 0) return shape;
  return asList(value).flatMap((entry, index) =>
    isObject(entry)
      ? entryViolations([...path, index], entry)
      : [{ path: [...path, index], expected: 'an object', given: entry }],
  );
}

function entryViolations(path: Path, { group, kind, templates }: JsonObject): ConfigViolation[] {
  const violations: ConfigViolation[] = [];
  if (typeof group !== 'string' || !API_GROUP.test(group)) {
    const expected = 'an API group, such as example.com, or "" for the core group';
    violations.push({ path: [...path, 'group'], expected, given: group });
  }
  if (!KIND.test(String(kind))) {
    violations.push({ path: [...path, 'kind'], expected: 'a kind, such as WebApp', given: kind });
  }
  if (!Array.isArray(templates)) {
    const expected = 'a list of paths, such as [spec.template], or [] to leave the kind alone';
    violations.push({ path: [...path, 'templates'], expected, given: templates });
  }
  const paths = asList(templates).flatMap((given, index): ConfigViolation[] =>
    TEMPLATE_PATH.parse(String(given)) === undefined
      ? [{ path: [...path, 'templates', index], expected: TEMPLATE_PATH.expected, given }]
      : [],
  );
  return [...violations, ...paths];
}
