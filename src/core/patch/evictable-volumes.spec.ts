import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EVICTABLE_VOLUMES, evictionAnnotation } from './evictable-volumes.js';

describe(evictionAnnotation.name, () => {
  it('lists every emptyDir, also one that only has a name', () => {
    const volumes = [
      { name: 'a', emptyDir: { medium: 'Memory' } },
      { name: 'b', secret: { secretName: 's' } },
      { name: 'c' },
    ];
    assert.deepEqual(evictionAnnotation(volumes), { [EVICTABLE_VOLUMES]: 'a,c' });
  });

  it('is left out without any', () => {
    assert.deepEqual(evictionAnnotation([{ name: 'b', hostPath: { path: '/' } }]), {});
  });
});
