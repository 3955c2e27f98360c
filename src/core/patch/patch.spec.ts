import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type PodShape, shapeKey } from './patch.js';

const SHAPE: PodShape = {
  metadata: 'filled',
  annotations: 'filled',
  labels: 'filled',
  initContainers: 'filled',
  volumes: 'filled',
  imagePullSecrets: 'filled',
  takenAnnotations: [],
  takenLabels: [],
  takenPullSecrets: [],
};

describe(shapeKey.name, () => {
  for (const field of Object.keys(SHAPE)) {
    it(`differs if ${field} differs`, () => {
      const other = field.startsWith('taken') ? ['one'] : 'empty';
      assert.notEqual(shapeKey({ ...SHAPE, [field]: other }), shapeKey(SHAPE));
    });
  }

  it('distinguishes one name from two, even if it contains the separator', () => {
    const keys = [['a', 'b'], ['a,b'], ['a","b']].map((takenLabels) => shapeKey({ ...SHAPE, takenLabels }));
    assert.equal(new Set(keys).size, keys.length);
  });

  it('is equal for equal shapes', () => {
    assert.equal(shapeKey({ ...SHAPE, takenLabels: ['a'] }), shapeKey({ ...SHAPE, takenLabels: ['a'] }));
  });
});
