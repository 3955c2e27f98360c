import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Added, addedText, readAdded } from './added-annotation.js';

const NOTHING: Added = {
  labels: [],
  annotations: [],
  volumes: [],
  imagePullSecrets: [],
  empty: [],
  null: [],
};

describe('the added of what was added', () => {
  it('is no annotation at all where there is nothing to say', () => {
    assert.equal(addedText(NOTHING), undefined);
    assert.deepEqual(readAdded(undefined), NOTHING);
  });

  it('is read as it was written', () => {
    const added = { ...NOTHING, labels: ['team'], empty: ['annotations'] };
    assert.equal(addedText(added), '{"labels":["team"],"empty":["annotations"]}');
    assert.deepEqual(readAdded(addedText(added)), added);
  });

  for (const broken of ['', 'labels', 'null', '[]', '{"labels":"team"}', '{"labels":[1,null,{}]}']) {
    it(`says nothing where somebody broke it: ${broken}`, () => assert.deepEqual(readAdded(broken), NOTHING));
  }
});
