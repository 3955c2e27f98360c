import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { violationText } from '../values/violation.js';
import { checkPod } from './pod.js';

const containers = [{ name: 'app' }];

const REQUIRED = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution';

function requiring(nodeSelectorTerms: unknown): object {
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
}

const MALFORMED: readonly [unknown, string][] = [
  [undefined, 'object: expected a Pod, got nothing'],
  [null, 'object: expected a Pod, got null'],
  ['pod', 'object: expected a Pod, got a string'],
  [[], 'object: expected a Pod, got a list'],
  [{}, 'spec: expected an object, got nothing'],
  [{ spec: [] }, 'spec: expected an object, got a list'],
  [{ spec: {} }, 'spec.containers: expected a list, got nothing'],
  [{ spec: { containers: null } }, 'spec.containers: expected a list, got null'],
  [{ spec: { containers: 'app' } }, 'spec.containers: expected a list, got a string'],
  [{ spec: { containers: [] } }, 'spec.containers: expected at least one container, got none'],
  [{ spec: { containers: ['app'] } }, 'spec.containers[0]: expected an object, got a string'],
  [{ spec: { containers: [{}] } }, 'spec.containers[0].name: expected a string, got nothing'],
  [
    { spec: { containers: [{ name: 'a', ports: {} }] } },
    'spec.containers[0].ports: expected a list, got an object',
  ],
  [
    { spec: { containers: [{ name: 'a', ports: [5] }] } },
    'spec.containers[0].ports[0]: expected an object, got a number',
  ],
  [
    { spec: { containers: [{ name: 'a', env: ['A=b'] }] } },
    'spec.containers[0].env[0]: expected an object, got a string',
  ],
  [
    { spec: { containers: [{ name: 'a', volumeMounts: 'v' }] } },
    'spec.containers[0].volumeMounts: expected a list, got a string',
  ],
  [
    { spec: { containers: [{ name: 'a', volumeDevices: [null] }] } },
    'spec.containers[0].volumeDevices[0]: expected an object, got null',
  ],
  [
    { spec: { containers: [{ name: 'a', securityContext: 1 }] } },
    'spec.containers[0].securityContext: expected an object, got a number',
  ],
  [{ spec: { containers, initContainers: {} } }, 'spec.initContainers: expected a list, got an object'],
  [{ spec: { containers, initContainers: [null] } }, 'spec.initContainers[0]: expected an object, got null'],
  [{ spec: { containers, volumes: 'x' } }, 'spec.volumes: expected a list, got a string'],
  [
    { spec: { containers, imagePullSecrets: ['x'] } },
    'spec.imagePullSecrets[0]: expected an object, got a string',
  ],
  [{ spec: { containers, nodeSelector: [] } }, 'spec.nodeSelector: expected an object, got a list'],
  [{ spec: { containers, os: 'linux' } }, 'spec.os: expected an object, got a string'],
  [
    { spec: { containers, securityContext: true } },
    'spec.securityContext: expected an object, got a boolean',
  ],
  [
    { spec: { containers, securityContext: { windowsOptions: [] } } },
    'spec.securityContext.windowsOptions: expected an object, got a list',
  ],
  [
    { spec: { containers, affinity: { nodeAffinity: [] } } },
    'spec.affinity.nodeAffinity: expected an object, got a list',
  ],
  [
    { spec: { containers, affinity: requiring({}) } },
    `${REQUIRED}.nodeSelectorTerms: expected a list, got an object`,
  ],
  [
    { spec: { containers, affinity: requiring([{ matchExpressions: [7] }]) } },
    `${REQUIRED}.nodeSelectorTerms[0].matchExpressions[0]: expected an object, got a number`,
  ],
  [
    { spec: { containers, securityContext: { supplementalGroups: 5054 } } },
    'spec.securityContext.supplementalGroups: expected a list, got a number',
  ],
  [{ metadata: 7, spec: { containers } }, 'metadata: expected an object, got a number'],
  [
    { metadata: { annotations: 7 }, spec: { containers } },
    'metadata.annotations: expected an object, got a number',
  ],
  [
    { metadata: { annotations: { 'a/b': 7 } }, spec: { containers } },
    'metadata.annotations["a/b"]: expected a string, got a number',
  ],
  [{ metadata: { labels: ['x'] }, spec: { containers } }, 'metadata.labels: expected an object, got a list'],
];

describe('checkPod', () => {
  for (const [object, message] of MALFORMED) {
    it(`reports ${message}`, () => {
      const violation = checkPod(object);
      assert.equal(violation && violationText(violation), message);
    });
  }

  it('accepts missing and null lists and maps', () => {
    const nothing = {
      initContainers: null,
      volumes: null,
      imagePullSecrets: null,
      os: null,
      nodeSelector: null,
      affinity: null,
      securityContext: null,
    };
    assert.equal(checkPod({ metadata: null, spec: { containers, ...nothing } }), undefined);
    assert.equal(
      checkPod({ metadata: { annotations: null, labels: null }, spec: { containers } }),
      undefined,
    );
    assert.equal(checkPod({ spec: { containers, affinity: requiring(null) } }), undefined);
    assert.equal(checkPod({ spec: { containers } }), undefined);
  });

  it('accepts keys such as __proto__ and constructor', () => {
    const odd = JSON.parse('{"__proto__":"p","constructor":"c","hasOwnProperty":"h"}');
    assert.equal(checkPod({ metadata: { annotations: odd, labels: odd }, spec: { containers } }), undefined);
  });
});
