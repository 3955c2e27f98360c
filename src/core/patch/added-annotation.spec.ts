import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readTrace, type Trace, traceText } from './added-annotation.js';

const NOTHING: Trace = {
  labels: [],
  annotations: [],
  volumes: [],
  imagePullSecrets: [],
  empty: [],
  null: [],
};

describe('the trace of what was added', () => {
  it('is no annotation at all where there is nothing to say', () => {
    assert.equal(traceText(NOTHING), undefined);
    assert.deepEqual(readTrace(undefined), NOTHING);
  });

  it('is read as it was written', () => {
    const trace = { ...NOTHING, labels: ['team'], empty: ['annotations'] };
    assert.equal(traceText(trace), '{"labels":["team"],"empty":["annotations"]}');
    assert.deepEqual(readTrace(traceText(trace)), trace);
  });

  for (const broken of ['', 'labels', 'null', '[]', '{"labels":"team"}', '{"labels":[1,null,{}]}']) {
    it(`says nothing where somebody broke it: ${broken}`, () => assert.deepEqual(readTrace(broken), NOTHING));
  }
});
