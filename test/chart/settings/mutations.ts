import { isObject, type JsonObject } from '../../../src/core/values/json.js';

/** Values of the wrong type, out of range, or in the wrong format for most fields. */
const VALUES: readonly unknown[] = [
  '',
  'x',
  'X_',
  '1',
  '-a',
  'a-',
  'a--a',
  '..',
  '../a',
  'a/../b',
  '..a',
  '/a',
  'a b',
  'é',
  'a=b',
  'a'.repeat(300),
  -1,
  0,
  1,
  2,
  1.5,
  512,
  70_000,
  2 ** 31,
  2 ** 63,
  true,
  false,
  [],
  {},
  [''],
  { x: 'y' },
];

/** Every value that differs from the given one in one place: a field more or less, or misspelled, or another value. */
export function mutations(value: unknown): unknown[] {
  return [...VALUES.filter((other) => JSON.stringify(other) !== JSON.stringify(value)), ...inside(value)];
}

function inside(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    return [
      ...value.map((entry) => [...value, entry]),
      ...value.flatMap((entry, index) => mutations(entry).map((other) => value.with(index, other))),
    ];
  }
  if (!isObject(value)) return [];
  return [
    { ...value, unknown: 1 },
    ...Object.keys(value).map((key) => without(value, key)),
    ...Object.keys(value).map((key) => renamed(value, key, key.toUpperCase())),
    ...Object.entries(value).flatMap(([key, inner]) =>
      mutations(inner).map((other) => ({ ...value, [key]: other })),
    ),
  ];
}

function without(value: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([other]) => other !== key));
}

function renamed(value: JsonObject, key: string, name: string): JsonObject {
  return { ...without(value, key), [name]: value[key] };
}
