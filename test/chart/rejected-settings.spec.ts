import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadConfiguration } from '../../src/config/load.js';
import type { JsonObject } from '../../src/core/values/json.js';
import { apiServerProblems } from './kube-check.js';

const TCP = { tcpSocket: { port: 1 } };
const A_MOUNT = { name: 'v', mountPath: '/a' };
const A_VARIABLE = { fieldRef: { fieldPath: 'metadata.name' } };

/** Container fields that would make the API server reject every Pod, and the path in the configuration's error. */
const CONTAINERS: readonly (readonly [string, JsonObject, string])[] = [
  ['a probe without a handler', { livenessProbe: { periodSeconds: 5 } }, 'livenessProbe'],
  ['a probe with two handlers', { livenessProbe: { ...TCP, exec: { command: ['a'] } } }, 'livenessProbe'],
  [
    'a probe with a negative period',
    { livenessProbe: { ...TCP, periodSeconds: -1 } },
    'livenessProbe.periodSeconds',
  ],
  [
    'a liveness probe with successThreshold 2',
    { livenessProbe: { ...TCP, successThreshold: 2 } },
    'livenessProbe.successThreshold',
  ],
  ['a probe on port 0', { livenessProbe: { grpc: { port: 0 } } }, 'livenessProbe.grpc.port'],
  [
    'a lowercase scheme',
    { livenessProbe: { httpGet: { port: 1, scheme: 'http' } } },
    'livenessProbe.httpGet.scheme',
  ],
  ['a hook without a handler', { lifecycle: { preStop: {} } }, 'lifecycle.preStop'],
  [
    'a hook with a negative sleep',
    { lifecycle: { preStop: { sleep: { seconds: -1 } } } },
    'lifecycle.preStop.sleep.seconds',
  ],
  ['a variable with two values', { env: [{ name: 'a', value: 'b', valueFrom: A_VARIABLE }] }, 'env[0]'],
  ['a variable without a source', { env: [{ name: 'a', valueFrom: {} }] }, 'env[0].valueFrom'],
  ['envFrom without a source', { envFrom: [{}] }, 'envFrom[0]'],
  [
    'a port name that is too long',
    { ports: [{ name: 'a-port-of-16-chars', containerPort: 1 }] },
    'ports[0].name',
  ],
  [
    'a duplicate port name',
    {
      ports: [
        { name: 'a', containerPort: 1 },
        { name: 'a', containerPort: 2 },
      ],
    },
    'ports[1].name',
  ],
  ['a lowercase protocol', { ports: [{ containerPort: 1, protocol: 'tcp' }] }, 'ports[0].protocol'],
  [
    'a GPU without a limit',
    { resources: { requests: { 'nvidia.com/gpu': 1 } } },
    'resources.limits["nvidia.com/gpu"]',
  ],
  ['an unknown resource', { resources: { requests: { cpus: 1 } } }, 'resources.requests'],
  ['two mounts on the same path', { volumeMounts: [A_MOUNT, A_MOUNT] }, 'volumeMounts[1].mountPath'],
  ['an absolute subPath', { volumeMounts: [{ ...A_MOUNT, subPath: '/b' }] }, 'volumeMounts[0].subPath'],
  [
    'an unknown mount propagation',
    { volumeMounts: [{ ...A_MOUNT, mountPropagation: 'Both' }] },
    'volumeMounts[0].mountPropagation',
  ],
  [
    'an unknown seccomp profile',
    { securityContext: { seccompProfile: { type: 'Default' } } },
    'securityContext.seccompProfile.type',
  ],
  [
    'a privileged container without privilege escalation',
    { securityContext: { privileged: true, allowPrivilegeEscalation: false } },
    'securityContext.privileged',
  ],
  [
    'a Localhost profile without a file',
    { securityContext: { seccompProfile: { type: 'Localhost' } } },
    'securityContext.seccompProfile.localhostProfile',
  ],
  [
    'a readiness probe with a grace period',
    { readinessProbe: { ...TCP, terminationGracePeriodSeconds: 5 } },
    'readinessProbe.terminationGracePeriodSeconds',
  ],
  ['an unknown proc mount', { securityContext: { procMount: 'All' } }, 'securityContext.procMount'],
  ['an unknown termination message policy', { terminationMessagePolicy: 'Log' }, 'terminationMessagePolicy'],
  [
    'an unknown resize policy',
    { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'No' }] },
    'resizePolicy[0].restartPolicy',
  ],
];

const VOLUMES: readonly (readonly [string, JsonObject])[] = [
  ['a volume with two sources', { emptyDir: {}, hostPath: { path: '/a' } }],
  ['a volume with a misspelled source', { emptydir: {} }],
];

describe('settings that the API server would reject in every Pod', () => {
  const pods = [
    ...CONTAINERS.map(([, container]) => podWith(container, { emptyDir: {} })),
    ...VOLUMES.map(([, volume]) => podWith({}, volume)),
  ];
  const problems = apiServerProblems(pods);

  for (const [index, [title, container, path]] of CONTAINERS.entries()) {
    it(`are rejected by the configuration: ${title}`, () => {
      assert.ok(problems[index], 'the API server accepts it');
      const config = { proxy: { container }, pod: { volumes: [{ name: 'v', emptyDir: {} }] } };
      assert.ok(errorOf(config).includes(` proxy.container.${path}: expected `), errorOf(config));
    });
  }

  for (const [index, [title, volume]] of VOLUMES.entries()) {
    it(`are rejected by the configuration: ${title}`, () => {
      assert.ok(problems[CONTAINERS.length + index], 'the API server accepts it');
      assert.match(
        errorOf({ pod: { volumes: [{ name: 'v', ...volume }] } }),
        / pod\.volumes\[0\]: expected one of /,
      );
    });
  }
});

function podWith(container: JsonObject, volume: JsonObject): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'default' },
    spec: { containers: [{ name: 'a', image: 'a', ...container }], volumes: [{ name: 'v', ...volume }] },
  };
}

function errorOf(config: JsonObject): string {
  const directory = mkdtempSync(join(tmpdir(), 'rejected-'));
  try {
    const file = join(directory, 'config.yaml');
    writeFileSync(file, JSON.stringify(config));
    loadConfiguration({ INJECTOR_CONFIG: file });
    return 'no error';
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
