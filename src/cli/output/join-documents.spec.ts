import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { joinDocuments } from './join-documents.js';

const CASES: readonly [string, readonly string[], string][] = [
  ['one file is as it is', ['\uFEFFa: 1'], '\uFEFFa: 1'],
  ['a separator comes between files', ['a: 1\n', 'b: 2\n'], 'a: 1\n---\nb: 2\n'],
  ['a line that is not ended is', ['a: 1', 'b: 2'], 'a: 1\n---\nb: 2'],
  ['a separator that is there is enough', ['a: 1\n', '---\nb: 2\n'], 'a: 1\n---\nb: 2\n'],
  ['a byte order mark is only at the beginning', ['a: 1\n', '\uFEFFb: 2\n'], 'a: 1\n---\nb: 2\n'],
  ['an empty file needs no separator', ['', 'b: 2\n'], 'b: 2\n'],
  ['nothing is nothing', [], ''],
];

describe('several files as one stream', () => {
  for (const [name, texts, expected] of CASES) it(name, () => assert.equal(joinDocuments(texts), expected));
});
