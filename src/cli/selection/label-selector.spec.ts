import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Labels, unmetBy } from './label-selector.js';

const TEAM: Labels = { known: { team: 'web', empty: '' } };
const HASHED: Labels = { known: {}, unknownValues: ['hash'] };
const PARTIAL: Labels = { known: { team: 'web' }, isPartial: true };

/** Labels, a requirement, whether it is met, and how it is shown if not. */
const TABLE: readonly [Labels, object, boolean | undefined, string?][] = [
  [TEAM, { key: 'team', operator: 'In', values: ['a', 'web'] }, true],
  [TEAM, { key: 'team', operator: 'In', values: ['a', 'b'] }, false, 'team in (a, b): "web"'],
  [TEAM, { key: 'empty', operator: 'In', values: [''] }, true],
  [TEAM, { key: 'other', operator: 'In', values: [''] }, false, 'other in (): not set'],
  [TEAM, { key: 'constructor', operator: 'Exists' }, false, 'constructor: not set'],
  [TEAM, { key: 'team', operator: 'NotIn', values: ['web'] }, false, 'team notin (web): "web"'],
  [TEAM, { key: 'other', operator: 'NotIn', values: ['web'] }, true],
  [TEAM, { key: 'empty', operator: 'Exists' }, true],
  [TEAM, { key: 'other', operator: 'DoesNotExist' }, true],
  [TEAM, { key: 'team', operator: 'DoesNotExist' }, false, '!team: "web"'],
  [TEAM, { key: 'team', operator: 'Gt', values: ['1'] }, undefined, 'team Gt (1): "web"'],
  [HASHED, { key: 'hash', operator: 'Exists' }, true],
  [HASHED, { key: 'hash', operator: 'DoesNotExist' }, false, '!hash: set to an unknown value'],
  [HASHED, { key: 'hash', operator: 'In', values: ['a'] }, undefined, 'hash in (a): set to an unknown value'],
  [
    HASHED,
    { key: 'hash', operator: 'NotIn', values: ['a'] },
    undefined,
    'hash notin (a): set to an unknown value',
  ],
  [HASHED, { key: 'other', operator: 'Exists' }, false, 'other: not set'],
  [PARTIAL, { key: 'team', operator: 'Exists' }, true],
  [PARTIAL, { key: 'other', operator: 'Exists' }, undefined, 'other: unknown'],
  [PARTIAL, { key: 'other', operator: 'DoesNotExist' }, undefined, '!other: unknown'],
  [PARTIAL, { key: 'other', operator: 'In', values: ['a'] }, undefined, 'other in (a): unknown'],
  [PARTIAL, { key: 'other', operator: 'NotIn', values: ['a'] }, undefined, 'other notin (a): unknown'],
];

describe('unmetBy', () => {
  for (const [labels, requirement, matches, shown] of TABLE) {
    it(`is ${matches} for ${JSON.stringify(requirement)} and ${JSON.stringify(labels)}`, () => {
      const unmet = unmetBy(labels, { matchExpressions: [requirement] });
      assert.equal(unmet ? unmet.matches : true, matches);
      assert.equal(unmet && `${unmet.requirement}: ${unmet.given}`, shown);
    });
  }

  it('matches everything with an empty selector, and with none', () => {
    for (const selector of [{}, undefined, null, { matchLabels: null, matchExpressions: [] }]) {
      assert.equal(unmetBy(TEAM, selector), undefined);
    }
  });

  it('requires all labels and expressions, and names what is not met before what is unknown', () => {
    const matchLabels = { other: 'a', team: 'shop' };
    const matchExpressions = [{ key: 'team', operator: 'Exists' }];
    const unmet = unmetBy(PARTIAL, { matchLabels, matchExpressions });
    assert.deepEqual([unmet?.matches, unmet?.path], [false, ['matchLabels', 'team']]);
    const unknown = unmetBy(PARTIAL, { matchLabels: { team: 'web', other: 'a' }, matchExpressions });
    assert.deepEqual([unknown?.matches, unknown?.path], [undefined, ['matchLabels', 'other']]);
  });
});
