import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RULES } from '../../core/decision/rules.js';
import { WARNING_TEXTS } from '../../core/settings/warning-texts.js';
import { NOT_EXPRESSED } from '../not-expressed.js';
import { RULE_EXPRESSIONS } from './reasons.js';
import { INJECTED_KINDS, WARNING_LISTS } from './warnings.js';

describe('the rules of the decision', () => {
  for (const { reason } of RULES) {
    it(`${reason} has an expression, or is listed as not expressed`, () => {
      const isListed = NOT_EXPRESSED.some(({ what }) => what === reason);
      assert.ok(RULE_EXPRESSIONS[reason] !== undefined || isListed);
    });
  }
});

describe('the warnings', () => {
  it('have an expression for every kind', () => {
    const kinds = [...WARNING_LISTS.flatMap(({ kinds }) => kinds), ...INJECTED_KINDS];
    assert.deepEqual(kinds.toSorted(), Object.keys(WARNING_TEXTS).toSorted());
  });
});
