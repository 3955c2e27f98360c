import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PendingBytes } from './pending-bytes.js';

describe(PendingBytes.name, () => {
  function opened(sut: PendingBytes, evicted: string[], name: string) {
    return sut.open(() => evicted.push(name));
  }

  it('evicts the oldest bodies first, and only as many as needed', () => {
    const [sut, evicted] = [new PendingBytes(100), [] as string[]];
    for (const name of ['a', 'b', 'c']) assert.ok(opened(sut, evicted, name).grow(30));
    assert.ok(opened(sut, evicted, 'd').grow(40));
    assert.deepEqual([evicted, sut.total], [['a'], 100]);
  });

  it('never evicts the body that grows', () => {
    const [sut, evicted] = [new PendingBytes(100), [] as string[]];
    const first = opened(sut, evicted, 'first');
    assert.ok(first.grow(60));
    assert.ok(opened(sut, evicted, 'second').grow(40));
    assert.ok(first.grow(100));
    assert.deepEqual([evicted, sut.total], [['second'], 100]);
  });

  it('does not evict complete bodies, and refuses when nothing else makes room', () => {
    const [sut, evicted] = [new PendingBytes(100), [] as string[]];
    const complete = opened(sut, evicted, 'complete');
    assert.ok(complete.grow(80));
    complete.keep();
    const late = opened(sut, evicted, 'late');
    assert.ok(!late.grow(40));
    late.release();
    complete.release();
    complete.release();
    assert.deepEqual([evicted, sut.total], [[], 0]);
  });

  it('refuses a body over the limit', () => {
    assert.ok(!new PendingBytes(100).open(() => {}).grow(101));
  });
});
