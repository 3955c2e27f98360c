import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TEMPLATE_PATH } from './workload-kind.js';

const PATHS: readonly [string, readonly string[] | undefined][] = [
  ['spec.template', ['spec', 'template']],
  ['spec.pools[*].template', ['spec', 'pools', '*', 'template']],
  ['spec.grid[*][*]', ['spec', 'grid', '*', '*']],
  ['template', ['template']],
  ['.', []],
  ['', undefined],
  ['.spec', undefined],
  ['spec.', undefined],
  ['spec..template', undefined],
  ['spec[0].template', undefined],
  ['[*].template', undefined],
  ['spec.*.template', undefined],
  ['spec/template', undefined],
];

describe('TEMPLATE_PATH', () => {
  for (const [text, path] of PATHS) {
    it(`${path === undefined ? 'rejects' : 'parses'} ${JSON.stringify(text)}`, () => {
      assert.deepEqual(TEMPLATE_PATH.parse(text), path);
    });
  }
});
