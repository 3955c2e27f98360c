import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitDocuments } from '../../../src/manifests/split.js';
import { fc } from '../../support/fast-check.js';
import { styles } from './styles.js';

/** A stream, and where it is split: at each `|`. */
const STREAMS: readonly [string, string][] = [
  ['keeps a single document whole', 'a: 1\n'],
  ['starts a document at each separator', 'a: 1\n|---\nb: 2\n|---\nc: 3'],
  [
    'gives comments and directives before a separator to its document',
    '# first\n%YAML 1.2\n\n---\na: 1\n|--- # second\nb: 2\n',
  ],
  ['keeps empty documents', '---\n|---\n# only a comment\n|---\na: 1\n'],
  ['ends a document at its end marker', 'a: 1\n...\n|%YAML 1.1\n---\nb: 2\n... # end\n|c: 3\n'],
  ['does not take dashes inside a line for a separator', 'a: ---\nb: >\n  ---\n----\n'],
  ['splits inside an unclosed quote, which YAML forbids to go on', 'a: "b\n|---\nc: 1\n'],
  ['knows Windows line ends', 'a: 1\r\n|---\r\nb: 2\r\n'],
  ['keeps a byte order mark with its document', '\uFEFFa: 1\n|\uFEFF---\nb: 2\n'],
  ['takes JSON objects in a row for documents', '{"a": "}{"}\n|{"b": {"c": 1}}|{}\n'],
  [
    'takes JSON objects of any values for documents',
    '{"a": [true, null, -1.5e+3]}|{"b": "\\"}{"}\n|{"c": ""}\n',
  ],
  ['keeps a flow map whole whatever its texts hold', '{a: "{", b: {c: 1}}\n'],
  ['keeps a flow map whole that has a quote between quotes', `{a: '"', b: "}{"}\n`],
  ['keeps a flow map whole that has a quote inside of a text', '{"a": 5" pipe, "b": "}{"}\n'],
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

  it('keeps any object whole, in whatever style it is written', () => {
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
