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
        splitDocuments(expected.join('')).map(({ text }) => text),
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
        assert.deepEqual(splitDocuments(text), [{ text, linesBefore: 0 }]);
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
});
