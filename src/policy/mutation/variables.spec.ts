import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_CODE_POINTS } from '../program.js';
import { decisionVariables } from '../variables/decision.js';
import { MUTATION_VARIABLES } from './variables.js';

describe('the variables of the mutation', () => {
  const known = new Set(['config', ...decisionVariables('object').map(({ name }) => name)]);
  for (const { name, expression } of MUTATION_VARIABLES) {
    const before = new Set(known);
    known.add(name);
    it(`${name} reads only variables before it, has a name of its own, and is not too long`, () => {
      const read = [...expression.matchAll(/variables\.(\w+)/g)].map(([, variable = '']) => variable);
      assert.deepEqual(
        read.filter((variable) => !before.has(variable)),
        [],
      );
      assert.ok(!before.has(name), name);
      assert.ok(expression.length < MAX_CODE_POINTS);
    });
  }

  it('are all read, except for the operations', () => {
    const text = MUTATION_VARIABLES.map(({ expression }) => expression).join('\n');
    const unread = MUTATION_VARIABLES.filter(({ name }) => !new RegExp(`variables\\.${name}\\b`).test(text));
    assert.deepEqual(
      unread.map(({ name }) => name),
      ['ops'],
    );
  });
});
