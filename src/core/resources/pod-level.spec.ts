import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { grown, hasPodResources, isGuaranteedByOwn, podResourcesConflict } from './pod-level.js';

const PROXY = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } };

function pod(resources: unknown, ofApp: unknown = undefined) {
  return { spec: { containers: [{ name: 'app', resources: ofApp }], resources } };
}

describe(hasPodResources.name, () => {
  for (const [resources, expected] of [
    [undefined, false],
    [null, false],
    [{}, false],
    [{ requests: {}, limits: null }, false],
    [{ requests: { cpu: null } }, false],
    [{ requests: { 'ephemeral-storage': '1Gi' } }, false],
    [{ requests: { cpu: '1' } }, true],
    [{ limits: { 'hugepages-2Mi': '2Mi' } }, true],
  ] as const) {
    it(`is ${expected} for ${JSON.stringify(resources)}`, () =>
      assert.equal(hasPodResources(pod(resources)), expected));
  }
});

describe(podResourcesConflict.name, () => {
  const valid = { limits: { cpu: 1.5, memory: '1Gi' } };

  it('refuses every Pod with resources of its own, and no other', () => {
    assert.deepEqual(podResourcesConflict(pod(valid), 'refuse')?.path, ['spec', 'resources']);
    assert.equal(podResourcesConflict(pod({}), 'refuse'), undefined);
  });

  it('refuses what cannot grow, and names the field', () => {
    assert.equal(podResourcesConflict(pod(valid), 'grow'), undefined);
    for (const [given, text] of [
      ['much', '"much"'],
      [true, 'true'],
      ['-1', '"-1"'],
      [{}, 'an object'],
    ] as const) {
      assert.deepEqual(podResourcesConflict(pod({ ...valid, requests: { cpu: given } }), 'grow'), {
        path: ['spec', 'resources', 'requests', 'cpu'],
        text: `spec.resources.requests.cpu: expected a Kubernetes quantity, such as 100m or 64Mi, got ${text}`,
      });
    }
  });

  it('shares whatever the Pod has', () =>
    assert.equal(podResourcesConflict(pod({ limits: { cpu: 'much' } }), 'omit'), undefined));
});

describe(isGuaranteedByOwn.name, () => {
  const limits = { cpu: '1', memory: '1Gi' };
  for (const [text, expected, resources, ofApp] of [
    ['equal requests and limits', true, { requests: limits, limits }],
    [
      'equal ones, whatever its containers have',
      true,
      { requests: limits, limits },
      { requests: { cpu: '1m' } },
    ],
    ['limits alone', true, { limits }],
    ['limits alone, and a request of a container', false, { limits }, { requests: { cpu: '1m' } }],
    ['a smaller request', false, { requests: { ...limits, cpu: '1m' }, limits }],
    ['no memory', false, { limits: { cpu: '1' } }],
  ] as const) {
    it(`is ${expected} for a Pod with ${text}`, () =>
      assert.equal(isGuaranteedByOwn(pod(resources, ofApp)), expected));
  }
});

describe(grown.name, () => {
  /** The new values by path. */
  const values = (...args: Parameters<typeof grown>) =>
    Object.fromEntries(grown(...args).values.map(({ path, value }) => [path.slice(2).join('.'), value]));

  it('adds the request of the proxy to requests, and its limit to limits', () => {
    const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } };
    assert.deepEqual(values(pod(resources), PROXY), {
      'requests.cpu': '1050m',
      'requests.memory': '1088Mi',
      'limits.cpu': '2050m',
      'limits.memory': '2176Mi',
    });
  });

  it('changes only what the Pod has and the proxy needs', () => {
    const resources = {
      requests: { memory: '1Gi', 'hugepages-2Mi': '2Mi' },
      limits: { 'hugepages-2Mi': '2Mi' },
    };
    assert.deepEqual(values(pod(resources), PROXY), { 'requests.memory': '1088Mi' });
    for (const nothing of [
      { requests: {}, limits: {} },
      { requests: { cpu: '0', memory: '0' }, limits: {} },
    ]) {
      assert.deepEqual(values(pod({ limits: { cpu: '0.50', memory: '1000Ki' } }), nothing), {});
    }
  });

  it('takes the limit of a proxy without a request for both, as the API server does', () => {
    const resources = { requests: { memory: '1Gi' }, limits: { memory: '1Gi' } };
    assert.deepEqual(values(pod(resources), { requests: {}, limits: { memory: '1Gi' } }), {
      'requests.memory': '2Gi',
      'limits.memory': '2Gi',
    });
  });

  it('keeps the request at the limit if only the limit is set and no container has a request', () => {
    const limits = { cpu: '1', memory: '1Gi' };
    assert.deepEqual(values(pod({ limits }), PROXY), {
      'limits.cpu': '1050m',
      'limits.memory': '1152Mi',
      requests: { cpu: '1050m', memory: '1152Mi' },
    });
    assert.deepEqual(values(pod({ limits, requests: { cpu: '1' } }), PROXY), {
      'requests.cpu': '1050m',
      'limits.cpu': '1050m',
      'limits.memory': '1152Mi',
      'requests.memory': '1152Mi',
    });
  });

  it('leaves the request to the API server, which adds up those of the containers, if one has it', () => {
    for (const ofApp of [{ requests: { cpu: '100m' } }, { limits: { cpu: '100m' } }]) {
      assert.deepEqual(values(pod({ limits: { cpu: '1' } }, ofApp), PROXY), { 'limits.cpu': '1050m' });
    }
  });
});
