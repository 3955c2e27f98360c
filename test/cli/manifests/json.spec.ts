import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JsonIndex, jsonEntries } from '../../../src/manifests/json/entries.js';
import { afterSpace, scanJson } from '../../../src/manifests/json/scan.js';
import { fc } from '../../support/fast-check.js';

/** Texts that are not JSON, and texts that are. */
const INVALID = [
  ...[
    '',
    '{',
    '[',
    '{]',
    '[}',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '[1,]',
    '{,}',
    '[,1]',
    '{"a":1 "b":2}',
    '[1 2]',
  ],
  ...[
    "{'a':1}",
    '{a:1}',
    '"a',
    '"\n"',
    '"\t"',
    '"\\x"',
    '"\\u12g4"',
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    '-',
    'tru',
    'nul',
  ],
  ...['NaN', 'Infinity', '{"a":1}}', '[1]]', '1 2', '# c', '{"a":1 /* c */}'],
];

function isJson(text: string): boolean {
  const scan = scanJson(text, 0);
  return scan !== undefined && afterSpace(text, scan.end) === text.length;
}

describe('scanJson', () => {
  for (const text of INVALID) {
    it(`rejects ${JSON.stringify(text)}, as JSON.parse does`, () => {
      assert.throws(() => JSON.parse(text));
      assert.equal(isJson(text), false);
    });
  }

  it('accepts what JSON.parse accepts, and nothing else', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...'{}[]:,"\\u01e-+. \n\ta')), {
      maxLength: 2,
    });
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2, '\t'), edits, (json, indent, all) => {
        const text = all.reduce(
          (damaged, [where, removed, inserted]) => {
            const offset = where % (damaged.length + 1);
            return damaged.slice(0, offset) + inserted + damaged.slice(offset + removed);
          },
          JSON.stringify(JSON.parse(json), null, indent),
        );
        let expected = true;
        try {
          JSON.parse(text);
        } catch {
          expected = false;
        }
        assert.equal(isJson(text), expected, text);
      }),
      { numRuns: 3000 },
    );
  });

  it('finds keys that repeat an earlier one, also if they are escaped', () => {
    const text = '{"a":1,"b":{"a":2,"\\u0061":3},"a":[{"c":1,"c":2}]}';
    assert.deepEqual(scanJson(text, 0)?.duplicates, [
      text.indexOf('"\\u'),
      text.lastIndexOf('"a"'),
      text.lastIndexOf('"c"'),
    ]);
  });

  it('accepts 256 levels of nesting, and no more', () => {
    assert.equal(isJson('['.repeat(256) + ']'.repeat(256)), true);
    assert.equal(isJson('['.repeat(257) + ']'.repeat(257)), false);
    assert.equal(isJson('{"a":'.repeat(100_000)), false);
  });

  it('counts keys and list entries, and the most in one item of a List', () => {
    const text = '{"kind":"List","items":[{"a":[1,2]},{"a":{"b":1,"c":2,"d":3}},{}]}';
    const { entries, mostEntries } = scanJson(text, 0) ?? {};
    assert.deepEqual([entries, mostEntries], [2 + 3 + 3 + 4, 4]);
  });

  it('reads a string of megabytes', () => {
    assert.equal(isJson(JSON.stringify({ a: 'x"\\\n'.repeat(1_000_000) })), true);
  });
});

describe('jsonEntries', () => {
  it('lists the keys and values of any object or list', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2, '\t'), (json, indent) => {
        const value: unknown = JSON.parse(json);
        const text = JSON.stringify(value, null, indent);
        const entries = [...jsonEntries(text, 0)].map(({ key, start, end }) => [
          key?.name,
          JSON.parse(text.slice(start, end)),
        ]);
        const expected = Array.isArray(value)
          ? value.map((entry) => [undefined, entry])
          : typeof value === 'object' && value !== null
            ? Object.entries(value)
            : [];
        assert.deepEqual(entries, expected);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('JsonIndex', () => {
  const text = '{"a": [1, {"b": "}", "c": null}], "d": 2}';
  for (const [path, at] of [
    [[], '{"a"'],
    [['a'], '"a"'],
    [['a', 0], '1, '],
    [['a', 1], '{"b"'],
    [['a', 1, 'c'], '"c"'],
    [['a', 1, 'missing', 'more'], '{"b"'],
    [['a', 7], '"a"'],
    [['d', 'x'], '"d"'],
  ] as const) {
    it(`finds ${JSON.stringify(path)} or its nearest parent`, () => {
      assert.equal(new JsonIndex(text).offset(path), text.indexOf(at));
    });
  }
});
