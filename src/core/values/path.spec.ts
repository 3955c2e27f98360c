import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Path, pathText } from './path.js';

const PATHS: readonly [Path, string][] = [
  [[], ''],
  [['spec', 'containers', 0, 'name'], 'spec.containers[0].name'],
  [['metadata', 'annotations', 'a.b/c'], 'metadata.annotations["a.b/c"]'],
  [['items', 3, 'spec'], 'items[3].spec'],
  [['', '"]'], '[""]["\\"]"]'],
];

describe(pathText.name, () => {
  for (const [path, text] of PATHS) {
    it(`formats ${JSON.stringify(path)} as Kubernetes does`, () => assert.equal(pathText(path), text));
  }
});
