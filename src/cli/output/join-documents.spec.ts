import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { joinDocuments } from './join-documents.js';

const CASES: readonly [string, readonly string[], string][] = [
  ['returns a single file unchanged', ['\uFEFFa: 1'], '\uFEFFa: 1'],
  ['puts a separator between files', ['a: 1\n', 'b: 2\n'], 'a: 1\n---\nb: 2\n'],
  ['adds a missing newline between files', ['a: 1', 'b: 2'], 'a: 1\n---\nb: 2'],
  ['does not repeat an existing separator', ['a: 1\n', '---\nb: 2\n'], 'a: 1\n---\nb: 2\n'],
  ['removes byte order marks after the first file', ['a: 1\n', '\uFEFFb: 2\n'], 'a: 1\n---\nb: 2\n'],
  ['adds no separator after an empty file', ['', 'b: 2\n'], 'b: 2\n'],
  ['returns an empty text without files', [], ''],
];

describe('joinDocuments', () => {
  for (const [name, texts, expected] of CASES) it(name, () => assert.equal(joinDocuments(texts), expected));
});
