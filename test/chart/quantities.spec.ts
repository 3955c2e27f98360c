import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseQuantity } from '../../src/core/values/quantity.js';
import { fc } from '../support/fast-check.js';
import { comparedQuantities } from './kube-check.js';

type Pair = readonly [string, string];

const SUFFIXES = ['', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'P', 'E', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const digits = fc.oneof(fc.nat(2000).map(String), fc.stringMatching(/^[0-9]{0,25}$/));
const exponent = fc
  .tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.stringMatching(/^0{0,2}[0-9]{0,3}$/))
  .map((parts) => parts.join(''));
const quantity = fc
  .tuple(
    fc.constantFrom('', '', '', '+', '-'),
    digits,
    fc.oneof(
      fc.constant(''),
      digits.map((text) => `.${text}`),
    ),
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...SUFFIXES) }, { weight: 1, arbitrary: exponent }),
    fc.constantFrom('', '', '', '', '', 'i', ' ', '1', '-'),
  )
  .map((parts) => parts.join(''));

/** Amounts that differ by little or not at all, in different notations. */
const close = fc
  .tuple(fc.bigInt(1n, 10n ** 12n), fc.constantFrom(0n, 0n, 1n), fc.constantFrom(...SUFFIXES))
  .map(([amount, difference, suffix]): Pair => {
    const text = String(amount + difference).padStart(4, '0');
    return [`${amount}m`, `${text.slice(0, -3)}.${text.slice(-3)}${suffix}`];
  });

/** Every multiple of 50m up to 4, in two notations. */
const multiples = Array.from({ length: 80 }, (_, index): Pair => {
  const thousandths = (index + 1) * 50;
  return [`${thousandths}m`, (thousandths / 1000).toFixed(2)];
});

describe('quantities compare as in the API server', () => {
  it('where two notations of one amount are equal', () => {
    assert.deepEqual(multiples.map(order), Array(80).fill(0));
    assert.deepEqual(comparedQuantities(multiples), Array(80).fill(0));
  });

  it('for every suffix against every other', () => {
    const amounts = ['1', '1.0001', '1023.999', '1024', '0.0000000001'];
    const all = amounts.flatMap((amount) =>
      [...SUFFIXES, 'e3', 'E-3', 'e+3'].map((suffix) => amount + suffix),
    );
    agrees(all.flatMap((first) => all.map((second): Pair => [first, second])));
  });

  it('in any notation', () => {
    const seed = process.env.CI === 'true' ? { seed: 1 } : {};
    const pairs = fc.sample(fc.oneof(fc.tuple(quantity, quantity), close), { numRuns: 20_000, ...seed });
    agrees(pairs);
  });
});

/** Compares both implementations. What only ours rejects must be what it documents. */
function agrees(pairs: readonly Pair[]): void {
  const theirs = comparedQuantities(pairs);
  const different = pairs.filter((pair, index) => {
    const ours = order(pair);
    return ours !== theirs[index] && !(ours === null && pair.some(isOnlyRejectedByUs));
  });
  assert.deepEqual(different, []);
}

function order([first, second]: Pair): number | null {
  const [a, b] = [parseQuantity(first), parseQuantity(second)];
  if (a === undefined || b === undefined) return null;
  return a < b ? -1 : Number(a > b);
}

/** Text without a digit before the suffix, and exponents beyond 99. */
function isOnlyRejectedByUs(text: string): boolean {
  return /^[+-]?\.?(?![.\d])/.test(text) || /[eE][+-]?0*[1-9]\d{2,}$/.test(text);
}
