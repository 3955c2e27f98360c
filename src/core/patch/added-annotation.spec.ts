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
  probes: {},
};

describe('the annotation proxy-injection/added', () => {
  it('is left out if it would be empty', () => {
    assert.equal(addedText(NOTHING), undefined);
    assert.deepEqual(readAdded(undefined), NOTHING);
  });

  it('can say that nothing was added', () => assert.deepEqual(readAdded(NOTHING_ADDED), NOTHING));

  it('survives a round trip', () => {
    const probes = { app: { 'livenessProbe.httpGet.port': 8080, 'readinessProbe.grpc.port': 9090 } };
    const added = { ...NOTHING, labels: ['team'], empty: ['annotations'], probes };
    assert.equal(
      addedText(added),
      '{"labels":["team"],"empty":["annotations"],"probes":{"app":{"livenessProbe.httpGet.port":8080,"readinessProbe.grpc.port":9090}}}',
    );
    assert.deepEqual(readAdded(addedText(added)), added);
  });

  it('has the resources of the Pod only if they grew', () => {
    const added = { ...NOTHING, resources: { limits: { cpu: 1 } } };
    assert.equal(addedText(added), '{"resources":{"limits":{"cpu":1}}}');
    assert.deepEqual(readAdded(addedText(added)), added);
    assert.deepEqual(readAdded('{"resources":["cpu"]}'), NOTHING);
  });

  for (const broken of [
    '',
    'labels',
    'null',
    '[]',
    '{"labels":"team"}',
    '{"labels":[1,null,{}]}',
    '{"probes":[]}',
  ]) {
    it(`counts as empty if it is invalid: ${broken}`, () => assert.deepEqual(readAdded(broken), NOTHING));
  }
});
