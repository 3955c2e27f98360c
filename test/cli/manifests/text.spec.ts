import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { itemLines, memberLines } from '../../../src/manifests/edit/block-text.js';
import { flowText } from '../../../src/manifests/edit/flow-text.js';
import { blockScalarText, flowScalarText } from '../../../src/manifests/edit/scalar-text.js';
import { fc } from '../../support/fast-check.js';

const VERSIONS = ['1.1', '1.2'] as const;

/** Strings that some parser misreads or rejects without quotes. */
const TRAPS = [
  ...['y', 'No', 'on', 'OFF', 'true', 'null', '~', '', ' ', 'Null', 'yes'],
  ...[
    '0644',
    '0o17',
    '0x1F',
    '1e3',
    'e5',
    'E-0',
    '1_000',
    '.inf',
    '12:30:45',
    '2026-03-01',
    '0.1.0',
    '.5',
    '+1',
    '-',
  ],
  ...[
    'a: b',
    'a #b',
    '#a',
    '- a',
    '? a',
    ': a',
    '*a',
    '&a',
    '!a',
    '%a',
    '@a',
    '`a',
    '|',
    '>',
    '{a',
    '[a',
    'a,b',
  ],
  ...['---', '...', '--- a', '<<', '=', 'a:', 'a\tb', '\ta', 'a ', "it's", '"a"', "'a'", '\\', 'a\\nb'],
  ...[
    'a\nb',
    'a\nb\n',
    'a\n\n',
    '\na',
    ' a\nb',
    'a\n b',
    'a\n\nb',
    'a \nb',
    '# a\nb',
    'a\r\nb',
    'a\n\tb',
    '---\na\n',
  ],
  ...['\u0085', '\u2028', '\ufeff', '\u0000', '\u007f', 'é', '☕', '🍵', '\ud800', '日本語', 'a\n\u2028b'],
];

const values = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<unknown>(...TRAPS) },
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value))),
);
const texts = fc.oneof(fc.constantFrom(...TRAPS), fc.string({ unit: 'grapheme' }));
const objects = fc
  .dictionary(texts, values, { noNullPrototype: true })
  .filter((object) => Object.keys(object).length > 0);
const blocks = fc.record({
  map: fc.constantFrom(1, 2, 4),
  dash: fc.constantFrom(0, 2, 4),
  item: fc.constantFrom(2, 4),
});
const flows = fc.constantFrom(
  { quoted: true, colon: ':', comma: ',' } as const,
  { quoted: true, colon: ': ', comma: ', ' } as const,
  { quoted: false, colon: ': ', comma: ', ' } as const,
);
const spreads = fc.constantFrom(
  undefined,
  { indent: '  ', step: '  ', eol: '\n' },
  { indent: '', step: '    ', eol: '\r\n' },
);

describe('any value', () => {
  it('survives a round trip as the members of a block', () => {
    fc.assert(
      fc.property(objects, blocks, fc.constantFrom('\n', '\r\n'), (object, style, eol) => {
        const text = memberLines(Object.entries(object), 3, style).join(eol);
        for (const version of VERSIONS) assert.deepEqual(parse(text, { version }), object);
      }),
      { numRuns: 1000 },
    );
  });

  it('survives a round trip as the entries of a block', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1 }), blocks, (list, style) => {
        const text = itemLines(list, 2, style).join('\n');
        for (const version of VERSIONS) assert.deepEqual(parse(text, { version }), list);
      }),
      { numRuns: 1000 },
    );
  });

  it('survives a round trip in a flow collection', () => {
    fc.assert(
      fc.property(fc.oneof(objects, fc.array(values)), flows, spreads, (value, style, spread) => {
        const text = flowText(value, style, spread);
        for (const version of VERSIONS) assert.deepEqual(parse(text, { version }), value);
        if (style.quoted) assert.deepEqual(JSON.parse(text), value);
      }),
      { numRuns: 1000 },
    );
  });
});

/** A value, and its text in a block and in a flow collection. */
const SCALARS: readonly [unknown, string, string][] = [
  ['injected', 'injected', 'injected'],
  ['proxy-injection/status', 'proxy-injection/status', 'proxy-injection/status'],
  [
    'registry.example.com:5000/proxy:1.2',
    'registry.example.com:5000/proxy:1.2',
    '"registry.example.com:5000/proxy:1.2"',
  ],
  ['100m', '"100m"', '"100m"'],
  ['off', '"off"', '"off"'],
  ['E-0', '"E-0"', '"E-0"'], // some YAML 1.1 parsers read it as a number without digits before its exponent
  ['{"a":"b"}', `'{"a":"b"}'`, '"{\\"a\\":\\"b\\"}"'],
  ['a\u2028b', '"a\\u2028b"', '"a\\u2028b"'],
  [5, '5', '5'],
  [true, 'true', 'true'],
  [null, 'null', 'null'],
];

describe('a scalar', () => {
  for (const [value, block, flow] of SCALARS) {
    it(`is quoted only if necessary: ${block}`, () => {
      assert.deepEqual([blockScalarText(value), flowScalarText(value)], [block, flow]);
    });
  }
});
