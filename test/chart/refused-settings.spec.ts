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

/** Fields of the proxy container that would make the API server refuse every Pod, and where the configuration says so. */
const CONTAINERS: readonly (readonly [string, JsonObject, string])[] = [
  ['a probe without a handler', { livenessProbe: { periodSeconds: 5 } }, 'livenessProbe'],
  ['a probe with two', { livenessProbe: { ...TCP, exec: { command: ['a'] } } }, 'livenessProbe'],
  [
    'a probe with a negative time',
    { livenessProbe: { ...TCP, periodSeconds: -1 } },
    'livenessProbe.periodSeconds',
  ],
  [
    'a liveness probe with two successes',
    { livenessProbe: { ...TCP, successThreshold: 2 } },
    'livenessProbe.successThreshold',
  ],
  ['a probe on port 0', { livenessProbe: { grpc: { port: 0 } } }, 'livenessProbe.grpc.port'],
  [
    'a scheme in lower case',
    { livenessProbe: { httpGet: { port: 1, scheme: 'http' } } },
    'livenessProbe.httpGet.scheme',
  ],
  ['a hook without a handler', { lifecycle: { preStop: {} } }, 'lifecycle.preStop'],
  [
    'a hook that sleeps backwards',
    { lifecycle: { preStop: { sleep: { seconds: -1 } } } },
    'lifecycle.preStop.sleep.seconds',
  ],
  ['a variable with two values', { env: [{ name: 'a', value: 'b', valueFrom: A_VARIABLE }] }, 'env[0]'],
  ['a variable from nowhere', { env: [{ name: 'a', valueFrom: {} }] }, 'env[0].valueFrom'],
  ['variables from nowhere', { envFrom: [{}] }, 'envFrom[0]'],
  ['a long port name', { ports: [{ name: 'a-port-of-16-chars', containerPort: 1 }] }, 'ports[0].name'],
  [
    'a port name twice',
    {
      ports: [
        { name: 'a', containerPort: 1 },
        { name: 'a', containerPort: 2 },
      ],
    },
    'ports[1].name',
  ],
  ['a protocol in lower case', { ports: [{ containerPort: 1, protocol: 'tcp' }] }, 'ports[0].protocol'],
  [
    'a GPU without a limit',
    { resources: { requests: { 'nvidia.com/gpu': 1 } } },
    'resources.limits["nvidia.com/gpu"]',
  ],
  ['a resource that there is not', { resources: { requests: { cpus: 1 } } }, 'resources.requests'],
  ['two mounts on one path', { volumeMounts: [A_MOUNT, A_MOUNT] }, 'volumeMounts[1].mountPath'],
  [
    'a mount of an absolute path',
    { volumeMounts: [{ ...A_MOUNT, subPath: '/b' }] },
    'volumeMounts[0].subPath',
  ],
  [
    'a propagation that there is not',
    { volumeMounts: [{ ...A_MOUNT, mountPropagation: 'Both' }] },
    'volumeMounts[0].mountPropagation',
  ],
  [
    'a profile that there is not',
    { securityContext: { seccompProfile: { type: 'Default' } } },
    'securityContext.seccompProfile.type',
  ],
  [
    'a privileged container that must not gain privileges',
    { securityContext: { privileged: true, allowPrivilegeEscalation: false } },
    'securityContext.privileged',
  ],
  [
    'a profile of the node without its file',
    { securityContext: { seccompProfile: { type: 'Localhost' } } },
    'securityContext.seccompProfile.localhostProfile',
  ],
  [
    'a readiness probe that ends something',
    { readinessProbe: { ...TCP, terminationGracePeriodSeconds: 5 } },
    'readinessProbe.terminationGracePeriodSeconds',
  ],
  ['a proc mount that there is not', { securityContext: { procMount: 'All' } }, 'securityContext.procMount'],
  ['a policy of messages that there is not', { terminationMessagePolicy: 'Log' }, 'terminationMessagePolicy'],
  [
    'a policy of resizing that there is not',
    { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'No' }] },
    'resizePolicy[0].restartPolicy',
  ],
];

const VOLUMES: readonly (readonly [string, JsonObject])[] = [
  ['a volume with two sources', { emptyDir: {}, hostPath: { path: '/a' } }],
  ['a volume with a misspelt source', { emptydir: {} }],
];

describe('what the API server would refuse in every Pod', () => {
  const pods = [
    ...CONTAINERS.map(([, container]) => podWith(container, { emptyDir: {} })),
    ...VOLUMES.map(([, volume]) => podWith({}, volume)),
  ];
  const problems = apiServerProblems(pods);

  for (const [index, [what, container, place]] of CONTAINERS.entries()) {
    it(`is refused in the configuration: ${what}`, () => {
      assert.ok(problems[index], 'the API server takes it');
      const config = { proxy: { container }, pod: { volumes: [{ name: 'v', emptyDir: {} }] } };
      assert.ok(refusalOf(config).includes(` proxy.container.${place}: expected `), refusalOf(config));
    });
  }

  for (const [index, [what, volume]] of VOLUMES.entries()) {
    it(`is refused in the configuration: ${what}`, () => {
      assert.ok(problems[CONTAINERS.length + index], 'the API server takes it');
      assert.match(
        refusalOf({ pod: { volumes: [{ name: 'v', ...volume }] } }),
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

function refusalOf(config: JsonObject): string {
  const directory = mkdtempSync(join(tmpdir(), 'refused-'));
  try {
    const file = join(directory, 'config.yaml');
    writeFileSync(file, JSON.stringify(config));
    loadConfiguration({ INJECTOR_CONFIG: file });
    return 'not refused';
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
