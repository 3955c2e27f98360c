import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitDocuments } from '../../../src/manifests/split.js';
import { fc } from '../../support/fast-check.js';
import { styles } from './styles.js';

/** Streams, with a `|` wherever they are split. */
const STREAMS: readonly [string, string][] = [
  ['keeps a single document whole', 'a: 1\n'],
  ['starts a document at each separator', 'a: 1\n|---\nb: 2\n|---\nc: 3'],
  [
    'keeps comments and directives before a separator with its document',
    '# first\n%YAML 1.2\n\n---\na: 1\n|--- # second\nb: 2\n',
  ],
  ['keeps empty documents', '---\n|---\n# only a comment\n|---\na: 1\n'],
  ['ends a document at its end marker', 'a: 1\n...\n|%YAML 1.1\n---\nb: 2\n... # end\n|c: 3\n'],
  ['does not split at dashes inside a line', 'a: ---\nb: >\n  ---\n----\n'],
  ['splits inside an unclosed quote, which must not span documents', 'a: "b\n|---\nc: 1\n'],
  ['accepts Windows line ends', 'a: 1\r\n|---\r\nb: 2\r\n'],
  ['keeps a byte order mark with its document', '\uFEFFa: 1\n|\uFEFF---\nb: 2\n'],
  ['splits consecutive JSON objects', '{"a": "}{"}\n|{"b": {"c": 1}}|{}\n'],
  [
    'splits consecutive JSON objects with any values',
    '{"a": [true, null, -1.5e+3]}|{"b": "\\"}{"}\n|{"c": ""}\n',
  ],
  ['keeps a flow map whole that has a brace in quotes', '{a: "{", b: {c: 1}}\n'],
  ['keeps a flow map whole that has a quote in quotes', `{a: '"', b: "}{"}\n`],
  ['keeps a flow map whole that has a quote in a plain scalar', '{"a": 5" pipe, "b": "}{"}\n'],
  ['keeps a flow map whole that has a quote in a comment', '{"a": 1, # 5" pipe\n "b": "}{"}\n'],
];

describe('splitDocuments', () => {
  for (const [name, stream] of STREAMS) {
    it(name, () => {
      const expected = stream.split('|');
      assert.deepEqual(
        splitDocuments(expected.join('')).map(({ lead = '', text, tail = '' }) => lead + text + tail),
        expected,
      );
    });
  }

  it('keeps any object whole in any style', () => {
    const texts = fc.string({ unit: fc.constantFrom(...`"'{}[]:,# \\a1`), maxLength: 6 });
    const maps = fc.dictionary(texts, texts);
    fc.assert(
      fc.property(fc.dictionary(texts, fc.oneof(texts, maps, fc.array(maps))), styles, (object, style) => {
        const text = style.write(object);
        const [part, ...others] = splitDocuments(text);
        assert.deepEqual(others, []);
        assert.equal([part?.lead, part?.text, part?.tail].join(''), text);
        if (part?.duplicates) assert.equal(JSON.stringify(JSON.parse(part.text)), JSON.stringify(object));
        else assert.ok(style.name !== 'JSON on lines');
      }),
      { numRuns: 2000 },
    );
  });

  it('counts the lines before each document', () => {
    const parts = splitDocuments('a: 1\n---\nb: 2\n...\n{"c":\n3}\n{"d": 4}');
    assert.deepEqual(
      parts.map(({ linesBefore }) => linesBefore),
      [0, 1, 4, 6],
    );
  });

  it('splits a JSON List into its items, which keep their place and the text around them', () => {
    const item = (name: string) => ({ kind: 'Pod', metadata: { name } });
    const lists = [
      { apiVersion: 'v1', kind: 'List', items: [item('a'), item('b"]}')], metadata: { x: [1] } },
      { items: [item('a')], kind: 'PodList', apiVersion: 'v1' },
    ];
    for (const indent of [0, 2, 4, '\t']) {
      const text = lists.map((list) => `${JSON.stringify(list, null, indent)}\n`).join('');
      for (const written of [text, text.replaceAll('\n', '\r\n'), text.replace(/\},\s*\{/, '}, {')]) {
        const parts = splitDocuments(written);
        assert.equal(parts.map(({ lead = '', text, tail = '' }) => lead + text + tail).join(''), written);
        const items = parts.filter(({ isGlue }) => !isGlue);
        assert.deepEqual(
          items.map((part) => [JSON.parse(part.text), part.path, part.itemType]),
          [
            [item('a'), ['items', 0], {}],
            [item('b"]}'), ['items', 1], {}],
            [item('a'), ['items', 0], { apiVersion: 'v1', kind: 'Pod' }],
          ],
        );
        for (const { text, linesBefore, columnsBefore = 0 } of items) {
          assert.ok(
            written
              .split('\n')
              [linesBefore]?.slice(columnsBefore)
              .startsWith(text.split(/\r?\n/)[0] ?? ''),
          );
        }
      }
    }
  });

  it('splits a List on many lines at the ends of lines, so that a diff can compare item by item', () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [{ a: 1 }, { b: 2 }] };
    const parts = splitDocuments(`${JSON.stringify(list, null, 2)}\n`);
    assert.equal(parts.length, 4);
    for (const { lead = '', text, tail = '' } of parts) assert.match(lead + text + tail, /\n$/);
  });

  for (const [name, list] of [
    ['an object that is not a List', '{"apiVersion":"v1","kind":"Widget","items":[{"a":1}]}'],
    ['a List without items', '{"apiVersion":"v1","kind":"List","items":[]}'],
    [
      'a List with two lists of items',
      '{"apiVersion":"v1","kind":"List","items":[{"a":1}],"items":[{"b":1}]}',
    ],
    ['a List with a mistake in an item', '{"apiVersion":"v1","kind":"List","items":[{"a":1},{"b" 1}]}'],
  ] as const) {
    it(`keeps ${name} whole`, () => assert.equal(splitDocuments(list).length, 1));
  }
});
