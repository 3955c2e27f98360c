import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CASES, FILES, goldenCases } from './golden-case.js';
import { throughCore } from './through-core.js';

describe('golden cases through the core', () => {
  for (const golden of goldenCases()) {
    it(golden.name, () => {
      assert.ok(golden.expected, 'no expected.yaml: npm run update writes it');
      assert.deepEqual(throughCore(golden), golden.expected);
    });
  }

  it('hold no file that nobody reads', () => {
    const files = readdirSync(CASES).flatMap((name) => readdirSync(join(CASES, name)));
    assert.deepEqual(
      files.filter((file) => !(FILES as readonly string[]).includes(file)),
      [],
    );
  });
});
