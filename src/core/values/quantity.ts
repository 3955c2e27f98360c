import type { ValueType } from './value-type.js';

const GRAMMAR = /^(\d+(?:\.\d*)?|\.\d+)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d{1,3})?$/;

/** A Kubernetes resource quantity. The value is the text as written. */
export const QUANTITY: ValueType<string> = {
  expected: 'a Kubernetes quantity, such as 100m or 64Mi',
  parse: (text) => (parseQuantity(text) === undefined ? undefined : text),
};

const SUFFIXES: { readonly [suffix: string]: number } = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * Parses a Kubernetes resource quantity to a number (of CPUs or bytes): `100m` is 0.1, `1Ki` is 1024. Undefined for
 * invalid text, and for negative amounts, which containers cannot request. Grammar:
 * kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity.
 */
export function parseQuantity(text: string): number | undefined {
  const match = GRAMMAR.exec(text);
  if (match === null) return undefined;
  const [, number, suffix = ''] = match;
  const factor = /^[eE][+-]?\d/.test(suffix) ? Number(`1${suffix}`) : (SUFFIXES[suffix] ?? 1);
  const amount = Number(number) * factor;
  return Number.isFinite(amount) ? amount : undefined;
}
