import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RESTARTABLE, type Rollout } from './restartable.js';

const DONE = 'done';

type Case = readonly [what: string, spec: object, status: object, expected: string];

const CASES: { readonly [kind: string]: readonly Case[] } = {
  Deployment: [
    ['is not observed yet', { replicas: 2 }, { observedGeneration: 1 }, '0 of 2 Pods updated'],
    ['has old Pods only', { replicas: 2 }, { replicas: 2, availableReplicas: 2 }, '0 of 2 Pods updated'],
    [
      'still has old Pods',
      { replicas: 2 },
      { replicas: 3, updatedReplicas: 2, availableReplicas: 3 },
      '1 old Pods pending termination',
    ],
    [
      'has Pods that are not available',
      { replicas: 2 },
      { replicas: 2, updatedReplicas: 2, availableReplicas: 1 },
      '1 of 2 Pods available',
    ],
    ['is done', { replicas: 2 }, { replicas: 2, updatedReplicas: 2, availableReplicas: 2 }, DONE],
    ['is scaled to zero', { replicas: 0 }, {}, DONE],
    [
      'exceeds its deadline',
      {},
      { conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded', message: 'timed out' }] },
      'failed: timed out',
    ],
  ],
  StatefulSet: [
    [
      'is updating',
      { replicas: 2 },
      { updatedReplicas: 1, readyReplicas: 2, currentRevision: 'a', updateRevision: 'b' },
      '1 of 2 Pods updated',
    ],
    [
      'is not ready',
      { replicas: 2 },
      { updatedReplicas: 2, readyReplicas: 1, currentRevision: 'b', updateRevision: 'b' },
      '1 of 2 Pods ready',
    ],
    ['is done', { replicas: 2 }, { readyReplicas: 2, currentRevision: 'b', updateRevision: 'b' }, DONE],
  ],
  DaemonSet: [
    ['is updating', {}, { desiredNumberScheduled: 3, updatedNumberScheduled: 1 }, '1 of 3 Pods updated'],
    [
      'is not available',
      {},
      { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 },
      '2 of 3 Pods available',
    ],
    ['is done', {}, { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 }, DONE],
  ],
  Rollout: [
    [
      'is restarting',
      { restartAt: '2026-01-02T00:00:00Z' },
      { restartedAt: '2026-01-01T00:00:00Z' },
      'replacing Pods',
    ],
    [
      'is not available',
      { replicas: 2, restartAt: '2026-01-02T00:00:00Z' },
      { restartedAt: '2026-01-02T00:00:00Z', availableReplicas: 1 },
      '1 of 2 Pods available',
    ],
    [
      'is done',
      { replicas: 2, restartAt: '2026-01-02T00:00:00Z' },
      { restartedAt: '2026-01-02T00:00:00Z', availableReplicas: 2 },
      DONE,
    ],
    ['is degraded', {}, { phase: 'Degraded', message: 'no luck' }, 'failed: no luck'],
  ],
};

for (const { resource, rollout } of RESTARTABLE) {
  describe(`the rollout of a ${resource.kind}`, () => {
    for (const [what, spec, status, expected] of CASES[resource.kind] ?? []) {
      it(`${expected === DONE ? 'ends' : 'does not end'} if it ${what}`, () => {
        const object = { metadata: { generation: 2 }, spec, status: { observedGeneration: 2, ...status } };
        assert.equal(textOf(rollout(object)), expected);
      });
    }
  });
}

describe('a restart', () => {
  const OBSTACLES: [string, object, RegExp][] = [
    ['Deployment', { paused: true }, /^it is paused/],
    ['StatefulSet', { updateStrategy: { type: 'OnDelete' } }, /OnDelete/],
    [
      'StatefulSet',
      { updateStrategy: { rollingUpdate: { partition: 2 } } },
      /^its partition 2 keeps old Pods/,
    ],
    ['DaemonSet', { updateStrategy: { type: 'OnDelete' } }, /OnDelete/],
    ['Rollout', { paused: true }, /^it is paused/],
  ];
  for (const [kind, spec, message] of OBSTACLES) {
    it(`is impossible for a ${kind} with ${JSON.stringify(spec)}`, () => {
      const obstacle = RESTARTABLE.find(({ resource }) => resource.kind === kind)?.obstacle;
      assert.match(obstacle?.({ ...spec }) ?? '', message);
      assert.equal(obstacle?.({}), undefined);
    });
  }
});

function textOf(rollout: Rollout): string {
  if (rollout.state === 'done') return DONE;
  return rollout.state === 'failed' ? `failed: ${rollout.text}` : rollout.text;
}
