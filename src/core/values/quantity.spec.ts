import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../../../test/support/fast-check.js';
import { parseQuantity, quantitySum } from './quantity.js';

const NANOS = 10n ** 9n;

describe(parseQuantity.name, () => {
  const AMOUNTS: readonly [string, bigint][] = [
    ['0', 0n],
    ['-0', 0n],
    ['1', NANOS],
    ['+1', NANOS],
    ['007', 7n * NANOS],
    ['1.5', (15n * NANOS) / 10n],
    ['.5', NANOS / 2n],
    ['5.', 5n * NANOS],
    ['100m', NANOS / 10n],
    ['350m', 350_000_000n],
    ['0.35', 350_000_000n],
    ['5u', 5000n],
    ['1n', 1n],
    ['1k', 1000n * NANOS],
    ['1Ki', 1024n * NANOS],
    ['1.5Ki', 1536n * NANOS],
    ['1M', 10n ** 6n * NANOS],
    ['2Gi', 2n ** 31n * NANOS],
    ['1G', 10n ** 9n * NANOS],
    ['1T', 10n ** 12n * NANOS],
    ['1P', 10n ** 15n * NANOS],
    ['1Ti', 2n ** 40n * NANOS],
    ['1Pi', 2n ** 50n * NANOS],
    ['1E', 10n ** 18n * NANOS],
    ['1Ei', 2n ** 60n * NANOS],
    ['1e3', 1000n * NANOS],
    ['1E3', 1000n * NANOS],
    ['1e+03', 1000n * NANOS],
    ['1e-3', NANOS / 1000n],
    ['1e99', 10n ** 99n * NANOS],
  ];
  for (const [text, amount] of AMOUNTS) {
    it(`parses ${text} as ${amount} billionths`, () => assert.equal(parseQuantity(text), amount));
  }

  it('rounds up to a billionth, as the API server does', () => {
    for (const text of ['0.1n', '1e-99', '0.0000000001']) assert.equal(parseQuantity(text), 1n);
  });

  it('caps amounts with a binary suffix at 2^63 - 1, as the API server does', () => {
    assert.equal(parseQuantity('16Ei'), (2n ** 63n - 1n) * NANOS);
    assert.equal(parseQuantity('16E'), 16n * 10n ** 18n * NANOS);
  });

  for (const text of [
    '',
    ' 1',
    '1 ',
    '-1',
    '-1n',
    '-0.0000000001',
    '+-1',
    '+',
    '1K',
    '1mi',
    '1ee3',
    '.',
    'm',
    '1.2.3',
    '0x10',
    'NaN',
    'Infinity',
    '1e',
    '1e100',
    '1e-100',
    '1e999999999',
    '9'.repeat(101),
  ]) {
    it(`rejects ${JSON.stringify(text.slice(0, 20))}`, () => assert.equal(parseQuantity(text), undefined));
  }
});

describe(quantitySum.name, () => {
  const SUMS: readonly [string, string, string][] = [
    ['1', '50m', '1050m'],
    ['1.5', '500m', '2'],
    ['1950m', '50m', '2000m'],
    ['950m', '0.05', '1000m'],
    ['1Gi', '64Mi', '1088Mi'],
    ['960Mi', '64Mi', '1024Mi'],
    ['1G', '500M', '1500M'],
    ['1G', '64Mi', '1067108864000m'],
    ['1Gi', '1', '1073741825000m'],
    ['1Ki', '1m', '1024001m'],
    ['1073741824', '64Mi', '1140850688'],
    ['1n', '1u', '1001n'],
    ['0m', '0', '0m'],
  ];
  for (const [first, second, sum] of SUMS) {
    it(`adds ${second} to ${first}`, () => assert.equal(quantitySum(first, second), sum));
  }

  it('is exact, whatever the units', () => {
    const suffixes = ['', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi'];
    const quantity = fc.tuple(fc.nat(10_000), fc.constantFrom(...suffixes)).map((parts) => parts.join(''));
    fc.assert(
      fc.property(quantity, quantity, (first, second) => {
        const sum = parseQuantity(quantitySum(first, second) ?? '');
        assert.equal(sum, (parseQuantity(first) ?? 0n) + (parseQuantity(second) ?? 0n));
      }),
    );
  });

  it('has no value for invalid quantities', () => {
    for (const [first, second] of [
      ['x', '1'],
      ['1', 'x'],
      ['-1', '1'],
    ] as const) {
      assert.equal(quantitySum(first, second), undefined);
    }
  });
});
