import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Added, addedText, NOTHING_ADDED, readAdded } from './added-annotation.js';

const NOTHING: Added = {
  labels: [],
  annotations: [],
  volumes: [],
  imagePullSecrets: [],
  empty: [],
  null: [],
};

describe('the annotation proxy-injection/added', () => {
  it('is left out if it would be empty', () => {
    assert.equal(addedText(NOTHING), undefined);
    assert.deepEqual(readAdded(undefined), NOTHING);
  });

  it('can say that nothing was added', () => assert.deepEqual(readAdded(NOTHING_ADDED), NOTHING));

  it('survives a round trip', () => {
    const added = { ...NOTHING, labels: ['team'], empty: ['annotations'] };
    assert.equal(addedText(added), '{"labels":["team"],"empty":["annotations"]}');
    assert.deepEqual(readAdded(addedText(added)), added);
  });

  for (const broken of ['', 'labels', 'null', '[]', '{"labels":"team"}', '{"labels":[1,null,{}]}']) {
    it(`counts as empty if it is invalid: ${broken}`, () => assert.deepEqual(readAdded(broken), NOTHING));
  }
});
