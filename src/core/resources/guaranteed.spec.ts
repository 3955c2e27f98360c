import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { equalized, isGuaranteed } from './guaranteed.js';

const EQUAL = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } };

/** From kubernetes.io/docs/tasks/configure-pod-container/quality-service-pod, and what surrounds its examples. */
const PODS: readonly [string, boolean, readonly object[], (readonly object[])?][] = [
  ['requests that equal its limits', true, [EQUAL]],
  ['limits alone, which its requests default to', true, [{ limits: EQUAL.limits }]],
  ['equal amounts in other notations', true, [{ ...EQUAL, requests: { cpu: '1000m', memory: '1024Mi' } }]],
  ['a request for only one resource besides its limits', true, [{ ...EQUAL, requests: { cpu: '1' } }]],
  [
    'further resources',
    true,
    [{ requests: { ...EQUAL.requests, 'ephemeral-storage': '1Gi' }, limits: EQUAL.limits }],
  ],
  ['no resources', false, [{}]],
  ['requests below its limits', false, [{ ...EQUAL, requests: { cpu: '1', memory: '512Mi' } }]],
  ['no memory limit', false, [{ limits: { cpu: '1' } }]],
  ['requests alone', false, [{ requests: EQUAL.requests }]],
  ['limits of 0', false, [{ limits: { cpu: '0', memory: '0' } }]],
  ['an invalid limit', false, [{ limits: { cpu: 'x', memory: '1Gi' } }]],
  ['a second container without resources', false, [EQUAL, {}]],
  ['an init container without resources', false, [EQUAL], [{}]],
  ['an init container with them', true, [EQUAL], [EQUAL]],
];

describe(isGuaranteed.name, () => {
  for (const [text, expected, containers, initContainers] of PODS) {
    it(`is ${expected} for a Pod with ${text}`, () => {
      const named = (all: readonly object[] | undefined) =>
        all?.map((resources, index) => ({ name: `c${index}`, resources }));
      const spec = { containers: named(containers) ?? [], initContainers: named(initContainers) };
      assert.equal(isGuaranteed({ spec }), expected);
    });
  }
});

describe(equalized.name, () => {
  const none = () => false;

  it('takes the limit for both, or without one the request', () => {
    const { requests, limits } = equalized(
      { requests: { cpu: '50m', memory: '64Mi', 'example.com/a': '1' }, limits: { memory: '128Mi' } },
      none,
    );
    assert.deepEqual(requests, { cpu: '50m', memory: '128Mi', 'example.com/a': '1' });
    assert.deepEqual(limits, { cpu: '50m', memory: '128Mi' });
  });

  it('adds nothing for a resource without an amount', () => {
    const empty = { requests: {}, limits: {} };
    assert.deepEqual(equalized(empty, none), empty);
  });

  it('takes the amount that the Pod chose', () => {
    const resources = { requests: { cpu: '100m', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } };
    const request = equalized(resources, (resource, amount) => resource === 'cpu' && amount === 'request');
    assert.deepEqual(
      [request.requests, request.limits],
      [
        { cpu: '100m', memory: '2Gi' },
        { cpu: '100m', memory: '2Gi' },
      ],
    );
  });

  it('keeps two amounts that the Pod chose', () => {
    const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } };
    assert.deepEqual(
      equalized(resources, () => true),
      resources,
    );
  });
});
