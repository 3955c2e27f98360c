import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { collectDefaultMetrics as collectPromClientMetrics, Registry } from 'prom-client';
import { collectDefaultMetrics } from './default-metrics.js';

describe(collectDefaultMetrics.name, () => {
  it("registers prom-client's default metrics, without the duration of garbage collections", async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    collectDefaultMetrics(ours);
    collectPromClientMetrics({ register: theirs });
    const expected = (await theirs.getMetricsAsJSON()).filter(
      ({ name }) => name !== 'nodejs_gc_duration_seconds',
    );
    const described = (metrics: { name: string; help: string }[]) =>
      metrics.map(({ name, help }) => `${name}: ${help}`).sort();
    assert.deepEqual(described(await ours.getMetricsAsJSON()), described(expected));
  });
});
