import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CASES, FILES, goldenCases } from './golden-case.js';
import { throughCore } from './through-core.js';

describe('golden cases in the core', () => {
  for (const golden of goldenCases()) {
    it(golden.name, () => {
      assert.ok(golden.expected, 'expected.yaml is missing; run npm run update');
      assert.deepEqual(throughCore(golden), golden.expected);
    });
  }

  it('contain only known files', () => {
    const files = readdirSync(CASES).flatMap((name) => readdirSync(join(CASES, name)));
    assert.deepEqual(
      files.filter((file) => !(FILES as readonly string[]).includes(file)),
      [],
    );
  });
});
