import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type FieldPath, fieldPathText, parseFieldPath } from '../../src/manifests/field-path.js';

const PATHS: readonly [FieldPath, string][] = [
  [[], ''],
  [['spec', 'containers', 0, 'name'], 'spec.containers[0].name'],
  [['metadata', 'annotations', 'a.b/c'], 'metadata.annotations["a.b/c"]'],
  [['items', 3, 'spec'], 'items[3].spec'],
  [['', '"]'], '[""]["\\"]"]'],
];

describe('a field path', () => {
  for (const [path, text] of PATHS) {
    it(`is written as Kubernetes does: ${text}`, () => {
      assert.equal(fieldPathText(path), text);
      assert.deepEqual(parseFieldPath(text), path);
    });
  }

  it('is read as it was written, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.nat())), (path) => {
        assert.deepEqual(parseFieldPath(fieldPathText(path)), path);
      }),
    );
  });
});
