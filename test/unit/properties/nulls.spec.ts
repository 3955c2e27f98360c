import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { validateSources } from '../../../src/config/load.js';
import { snapshotOf } from '../../../src/config/snapshot.js';
import { readSources } from '../../../src/config/sources/sources.js';
import type { Injector } from '../../../src/core/injector.js';
import { isObject, type JsonObject } from '../../../src/core/values/json.js';
import { fc } from '../../support/fast-check.js';

const PROBE = { httpGet: { port: 1, httpHeaders: [{ name: 'a', value: 'b' }] }, periodSeconds: 5 };

/** Free-form settings with objects at every depth. */
const CONFIG = {
  proxy: {
    container: {
      args: ['a'],
      env: [
        { name: 'A', value: 'b' },
        { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ],
      lifecycle: { preStop: { sleep: { seconds: 1 } } },
      livenessProbe: PROBE,
      ports: [{ containerPort: 9901 }],
      resources: { requests: { cpu: '1m' }, limits: { cpu: '1' } },
      securityContext: { capabilities: { add: ['NET_RAW'] }, seccompProfile: { type: 'RuntimeDefault' } },
      volumeMounts: [{ name: 'v', mountPath: '/v' }],
    },
  },
  init: {
    container: {
      securityContext: { capabilities: { drop: ['NET_RAW'] } },
      resources: { limits: { cpu: '1' } },
    },
  },
  pod: {
    volumes: [
      { name: 'v', projected: { sources: [{ secret: { name: 's', items: [{ key: 'a', path: 'b' }] } }] } },
    ],
    imagePullSecrets: [{ name: 's' }],
    labels: { a: 'b' },
    annotations: { a: 'b' },
  },
};

/** Fields of containers, volumes, and maps of resources and labels; in most objects they are unknown. */
const FIELDS = [
  ...[
    'image',
    'imagePullPolicy',
    'restartPolicy',
    'command',
    'envFrom',
    'readinessProbe',
    'valueFrom',
    'value',
  ],
  ...[
    'memory',
    'limits',
    'claims',
    'runAsNonRoot',
    'privileged',
    'drop',
    'exec',
    'protocol',
    'subPath',
    'emptyDir',
  ],
  ...['secret', 'optional', 'team', '__proto__', 'constructor'],
];

/** Adds fields that are null to the objects of a value, where `isChosen` says so. */
function withNulls(value: unknown, isChosen: () => boolean, isFreeForm = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => withNulls(entry, isChosen, isFreeForm));
  if (!isObject(value)) return value;
  const nulls = FIELDS.filter((field) => isFreeForm && !Object.hasOwn(value, field) && isChosen());
  const members = Object.entries(value).map(([key, inner]) => [
    key,
    withNulls(
      inner,
      isChosen,
      isFreeForm || ['container', 'volumes', 'imagePullSecrets', 'labels'].includes(key),
    ),
  ]);
  return Object.fromEntries([...members, ...nulls.map((field) => [field, null])]);
}

function injectorOf(content: unknown): Injector {
  const file = { path: 'config.yaml', content: content as JsonObject, position: () => undefined };
  return snapshotOf(validateSources({ ...readSources({}), file }), undefined).injector;
}

function patchOf(injector: Injector): string {
  const pod = { spec: { containers: [{ name: 'app' }] } };
  const decision = injector.decide(pod, { namespace: 'shop' }, { annotations: {} });
  assert.equal(decision.outcome, 'injected');
  return decision.outcome === 'injected' ? JSON.stringify(injector.patch(decision)) : '';
}

describe('nulls in free-form settings', () => {
  it('change neither the hash of the configuration nor the patch, wherever they are', () => {
    const plain = injectorOf(CONFIG);
    const patch = patchOf(plain);
    assert.doesNotMatch(patch, /:null/);
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(9)), (numbers) => {
        const given = withNulls(CONFIG, () => numbers.next().value === 0);
        const injector = injectorOf(given);
        assert.equal(patchOf(injector), patch);
        assert.equal(injector.identity.configHash, plain.identity.configHash);
      }),
      { numRuns: 200 },
    );
  });
});
