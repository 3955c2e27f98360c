import type { ValueType } from './value-type.js';

/** Exponents have at most two digits, so that no text becomes a number that takes long to compute. */
export const GRAMMAR =
  /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?0*\d{1,2})?$/;

/** Longer texts are invalid, for the same reason. */
export const MAX_LENGTH = 100;

/** A Kubernetes resource quantity. The value is the text as written. */
export const QUANTITY: ValueType<string> = {
  expected: 'a Kubernetes quantity, such as 100m or 64Mi',
  parse: (text) => (parseQuantity(text) === undefined ? undefined : text),
};

/** The decimal suffixes as powers of ten. */
const EXPONENTS: { readonly [suffix: string]: number } = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/** The binary suffixes as powers of 1024. */
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The suffixes, the largest first, with the one that is empty. */
const DECIMAL = ['E', 'P', 'T', 'G', 'M', 'k', '', 'm', 'u', 'n'];
const LARGEST_FIRST = [...BINARY.toReversed(), ...DECIMAL];

/** The exponent of the unit of {@link parseQuantity}. */
const NANO = -9;

/** Where the API server caps amounts with a binary suffix. */
const MAX_BINARY = (2n ** 63n - 1n) * 10n ** 9n;

/**
 * Parses a Kubernetes resource quantity to billionths (of CPUs or bytes), exactly as the API server does, which rounds
 * finer amounts up: `100m` is 100,000,000. Undefined for invalid text, and for negative amounts, which containers
 * cannot request. Grammar: kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity. Stricter than the
 * API server about text without a digit (which it takes for 0), exponents beyond 99, and long text.
 */
export function parseQuantity(text: string): bigint | undefined {
  const match = text.length > MAX_LENGTH ? null : GRAMMAR.exec(text);
  if (match === null) return undefined;
  const [, sign, number = '', suffix = ''] = match;
  const [whole = '', fraction = ''] = number.split('.');
  const power = BINARY.indexOf(suffix) + 1;
  const digits = BigInt(whole + fraction) * 1024n ** BigInt(power);
  if (digits > 0n && sign === '-') return undefined;
  const nanos = scaled(digits, exponentOf(suffix) - fraction.length - NANO);
  return power > 0 && nanos > MAX_BINARY ? MAX_BINARY : nanos;
}

/**
 * The sum of two quantities, in the unit of the first, or else in the largest unit that needs no fraction. It has a
 * suffix if the first has one, so that YAML reads neither as a number. Undefined if one of them is invalid.
 */
export function quantitySum(first: string, second: string): string | undefined {
  const [amount, addition] = [parseQuantity(first), parseQuantity(second)];
  if (amount === undefined || addition === undefined) return undefined;
  const sum = amount + addition;
  const suffix = /[A-Za-z]+$/.exec(first)?.[0];
  const units =
    suffix === undefined ? DECIMAL : [suffix, ...(BINARY.includes(suffix) ? LARGEST_FIRST : DECIMAL)];
  const unit =
    units.find((unit) => (suffix === undefined || unit !== '') && isWhole(sum, sizeOf(unit))) ?? 'n';
  return `${sum / sizeOf(unit)}${unit}`;
}

/** Whether an amount is a whole number of units. */
function isWhole(nanos: bigint, size: bigint): boolean {
  return nanos % size === 0n && (nanos >= size || size === 1n || nanos === 0n);
}

/** The size of a unit in billionths. */
function sizeOf(suffix: string): bigint {
  const power = BINARY.indexOf(suffix) + 1;
  return power > 0
    ? 1024n ** BigInt(power) * 10n ** BigInt(-NANO)
    : 10n ** BigInt((EXPONENTS[suffix] ?? 0) - NANO);
}

function exponentOf(suffix: string): number {
  return /^[eE][+-]?\d/.test(suffix) ? Number(suffix.slice(1)) : (EXPONENTS[suffix] ?? 0);
}

/** `value` times a power of ten, rounded up. */
function scaled(value: bigint, exponent: number): bigint {
  if (exponent >= 0) return value * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return (value + divisor - 1n) / divisor;
}
