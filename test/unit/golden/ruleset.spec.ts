import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GoldenRuleset } from './ruleset.js';

describe('golden rulesets', () => {
  for (const golden of GoldenRuleset.all()) {
    it(golden.name, () => assert.deepEqual(golden.rendered(), golden.kept()));
  }
});
