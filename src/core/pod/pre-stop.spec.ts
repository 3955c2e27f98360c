import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gracePeriodSeconds, longestPreStopSeconds } from './pre-stop.js';

const exec = (...command: unknown[]) => ({ preStop: { exec: { command } } });

/** A lifecycle, and how long its preStop hook sleeps. */
const HOOKS: readonly (readonly [unknown, number])[] = [
  [undefined, 0],
  [null, 0],
  ['text', 0],
  [{}, 0],
  [{ preStop: null }, 0],
  [{ postStart: { sleep: { seconds: 5 } } }, 0],
  [{ preStop: { sleep: { seconds: 12 } } }, 12],
  [{ preStop: { sleep: { seconds: 0 } } }, 0],
  [{ preStop: { sleep: { seconds: '12' } } }, 0],
  [{ preStop: { sleep: { seconds: Number.POSITIVE_INFINITY } } }, 0],
  [{ preStop: { httpGet: { port: 1 } } }, 0],
  [exec('sleep', '12'), 12],
  [exec('/bin/sleep', '12'), 12],
  [exec('sleep', '12s'), 12],
  [exec('/bin/sh', '-c', 'sleep 12'), 12],
  [exec('sh', '-c', 'sleep 12; nginx -s quit'), 12],
  [exec('/usr/bin/bash', '-c', ' /bin/sleep 12 && kill 1'), 12],
  [exec('bash', '-c', 'sleep 12\nexit 0'), 12],
  [exec('sh', '-c', 'nginx -s quit; sleep 12'), 0],
  [exec('sh', '-c', 'sleep $SECONDS'), 0],
  [exec('sh', '-c', 'sleep 12m'), 0],
  [exec('sleep', 'infinity'), 0],
  [exec('sleep', '999999'), 0],
  [exec('sleep'), 0],
  [exec(1, 2, 3), 0],
  [exec('drain', '12'), 0],
];

describe(longestPreStopSeconds.name, () => {
  for (const [lifecycle, seconds] of HOOKS) {
    it(`is ${seconds} for ${JSON.stringify(lifecycle)}`, () => {
      assert.equal(longestPreStopSeconds({ spec: { containers: [{ name: 'app', lifecycle }] } }), seconds);
    });
  }

  it('is the longest of the containers and native sidecars, but not of other init containers', () => {
    const sleeping = (name: string, seconds: number, restartPolicy?: string) => ({
      name,
      lifecycle: { preStop: { sleep: { seconds } } },
      restartPolicy,
    });
    const containers = [sleeping('a', 3), sleeping('b', 5), sleeping('c', 4)];
    assert.equal(longestPreStopSeconds({ spec: { containers, initContainers: [sleeping('d', 9)] } }), 5);
    const initContainers = [sleeping('d', 9, 'Always'), sleeping('e', 10)];
    assert.equal(longestPreStopSeconds({ spec: { containers, initContainers } }), 9);
    assert.equal(longestPreStopSeconds({ spec: { containers, initContainers: null } }), 5);
  });

  it('takes no longer for a long script', () => {
    const script = `${'/'.repeat(1_000_000)}sleep 1`;
    assert.equal(
      longestPreStopSeconds({ spec: { containers: [{ name: 'a', lifecycle: exec('sh', '-c', script) }] } }),
      0,
    );
  });
});

describe(gracePeriodSeconds.name, () => {
  for (const [given, seconds] of [
    [undefined, 30],
    [null, 30],
    [0, 0],
    [60, 60],
    [Number.POSITIVE_INFINITY, 30],
  ]) {
    it(`is ${seconds} for ${given}`, () => {
      const spec = { containers: [{ name: 'app' }], terminationGracePeriodSeconds: given };
      assert.equal(gracePeriodSeconds({ spec }), seconds);
    });
  }
});
