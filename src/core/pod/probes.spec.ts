import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pathText } from '../values/path.js';
import type { Pod } from './pod.js';
import { probePortPath, probePorts } from './probes.js';

const ports = [
  { name: 'metrics', containerPort: 9100 },
  { name: 'http', containerPort: 8080 },
];

/** `PATH: GIVEN -> PORT`, for every probe port of a Pod with these containers. */
function found(containers: readonly object[], initContainers: readonly object[] = []): string[] {
  const pod = { spec: { containers, initContainers } } as unknown as Pod;
  return probePorts(pod).map(
    (port) =>
      `${pathText(probePortPath(port))}: ${port.given} -> ${port.port}${port.hasHost ? ' (host)' : ''}`,
  );
}

/** A container with one field, and the probe port below it; none if it is undefined. */
const TABLE: readonly (readonly [object, string | undefined])[] = [
  [{ livenessProbe: { httpGet: { port: 80 } } }, 'livenessProbe.httpGet.port: 80 -> 80'],
  [
    { readinessProbe: { httpGet: { port: 'http', scheme: 'HTTPS' } } },
    'readinessProbe.httpGet.port: http -> 8080',
  ],
  [{ startupProbe: { tcpSocket: { port: 'metrics' } } }, 'startupProbe.tcpSocket.port: metrics -> 9100'],
  [{ livenessProbe: { grpc: { port: 9000, service: 'a' } } }, 'livenessProbe.grpc.port: 9000 -> 9000'],
  [{ lifecycle: { postStart: { httpGet: { port: 80 } } } }, 'lifecycle.postStart.httpGet.port: 80 -> 80'],
  [{ lifecycle: { preStop: { httpGet: { port: 'http' } } } }, 'lifecycle.preStop.httpGet.port: http -> 8080'],
  [{ livenessProbe: { httpGet: { port: 80, host: '' } } }, 'livenessProbe.httpGet.port: 80 -> 80'],
  [{ livenessProbe: { httpGet: { port: 80, host: null } } }, 'livenessProbe.httpGet.port: 80 -> 80'],
  [{ livenessProbe: { httpGet: { port: 80, host: 'h' } } }, 'livenessProbe.httpGet.port: 80 -> 80 (host)'],
  [{ livenessProbe: { exec: { command: ['a'] } } }, undefined],
  [{ livenessProbe: { httpGet: { port: 'https' } } }, undefined],
  [{ livenessProbe: { httpGet: { port: '80' } } }, undefined],
  [{ livenessProbe: { grpc: { port: 'http' } } }, undefined],
  [{ livenessProbe: { httpGet: { port: 0 } } }, undefined],
  [{ livenessProbe: { httpGet: { port: 65536 } } }, undefined],
  [{ livenessProbe: { httpGet: { port: 80.5 } } }, undefined],
  [{ livenessProbe: { httpGet: {} } }, undefined],
  [{ livenessProbe: { httpGet: null } }, undefined],
  [{ livenessProbe: null }, undefined],
  [{ livenessProbe: [] }, undefined],
  [{ livenessProbe: 'httpGet' }, undefined],
  [{ lifecycle: { preStop: { tcpSocket: { port: 80 } } } }, undefined],
  [{ lifecycle: { preStop: { sleep: { seconds: 1 } } } }, undefined],
  [{ lifecycle: 'preStop' }, undefined],
];

describe(probePorts.name, () => {
  for (const [fields, expected] of TABLE) {
    it(`finds ${expected ?? 'nothing'} in ${JSON.stringify(fields)}`, () => {
      const below = expected === undefined ? [] : [`spec.containers[1].${expected}`];
      assert.deepEqual(found([{ name: 'other' }, { name: 'app', ports, ...fields }]), below);
    });
  }

  it('looks up a name among the ports of the same container only', () => {
    const livenessProbe = { tcpSocket: { port: 'http' } };
    assert.deepEqual(
      found([
        { name: 'a', ports },
        { name: 'b', livenessProbe },
        { name: 'c', livenessProbe, ports: [{ name: 'http', containerPort: 1 }] },
        { name: 'd', livenessProbe, ports: [{ name: 'http', containerPort: '1' }] },
        { name: 'e', livenessProbe, ports: null },
      ]),
      ['spec.containers[2].livenessProbe.tcpSocket.port: http -> 1'],
    );
  });

  it('finds those of native sidecars, and of no other init container', () => {
    const livenessProbe = { tcpSocket: { port: 80 } };
    assert.deepEqual(
      found(
        [{ name: 'app' }],
        [
          { name: 'a', livenessProbe },
          { name: 'b', livenessProbe, restartPolicy: 'Always' },
        ],
      ),
      ['spec.initContainers[1].livenessProbe.tcpSocket.port: 80 -> 80'],
    );
    assert.deepEqual(found([{ name: 'app' }], null as unknown as object[]), []);
  });
});
