import type { Expectation } from '../schema/expectation.js';

/** The type of a field: a scalar, a list of one shape, or an object. A trailing `!` marks a required field. */
export type Shape = Expectation | readonly [Shape] | ObjectShape;
export interface ObjectShape {
  readonly [field: string]: Shape;
}

/** Matches any field name; the key of a map's shape. */
export const ANY_FIELD = '*';

/** Distinguishes the shapes of lists. */
export function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

/** Distinguishes the shapes of scalars. */
export function isScalar(shape: Shape): shape is Expectation {
  return typeof (shape as Expectation).check === 'function';
}
