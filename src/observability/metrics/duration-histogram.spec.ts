import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Histogram, Registry } from 'prom-client';
import { DurationHistogram } from './duration-histogram.js';

const CONFIGURATION = { name: 'duration_seconds', help: 'How long it takes.', buckets: [0.001, 0.01, 1] };

describe(DurationHistogram.name, () => {
  it("prints what prom-client's histogram prints", async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const sut = new DurationHistogram(CONFIGURATION).register(ours);
    const histogram = new Histogram({ ...CONFIGURATION, registers: [theirs] });
    assert.equal(await ours.metrics(), await theirs.metrics(), 'before the first observation');
    for (const seconds of [0, 0.0005, 0.001, 0.0011, 0.5, 1, 1.5, 3600]) {
      sut.observe(seconds);
      histogram.observe(seconds);
    }
    assert.equal(await ours.metrics(), await theirs.metrics());
  });
});
