import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Counter, Registry } from 'prom-client';
import { LabeledCounter } from './labeled-counter.js';

const CONFIGURATION = { name: 'pods_total', help: 'Pods.' };

describe(LabeledCounter.name, () => {
  it("prints what prom-client's counter prints", async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const sut = new LabeledCounter({
      ...CONFIGURATION,
      labelNames: ['outcome', 'reason'],
      registers: [ours],
    });
    const counter = new Counter({ ...CONFIGURATION, labelNames: ['outcome', 'reason'], registers: [theirs] });
    const counted = [
      ['skipped', 'mirror-pod', 0],
      ['injected', 'injected', 1],
      ['injected', 'injected', 1],
      ['denied', 'port-conflict', 1],
      ['denied', 'uid-conflict', 1],
    ] as const;
    for (const [outcome, reason, count] of counted) {
      sut.add(outcome, reason, count);
      counter.inc({ outcome, reason }, count);
    }
    assert.equal(await ours.metrics(), await theirs.metrics());
    assert.equal(await ours.metrics(), await theirs.metrics(), 'a scrape does not change the counts');
  });

  it('supports a single label', async () => {
    const registry = new Registry();
    const sut = new LabeledCounter({ ...CONFIGURATION, labelNames: ['mode'], registers: [registry] });
    sut.add('native', '');
    assert.match(await registry.metrics(), /^pods_total\{mode="native"\} 1$/m);
  });
});
