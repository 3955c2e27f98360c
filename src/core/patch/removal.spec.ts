import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { removalOf } from './removal.js';

const annotations = { 'proxy-injection/status': 'injected' };
const PROXY = { name: 'proxy-sidecar', ports: [{ protocol: 'TCP' }, { protocol: 'UDP' }] };
const INIT = [{ name: 'init-iptables', env: [{ name: 'PROXY_INIT_RULES_IPV4' }] }];
const injected = [{ name: 'app' }, PROXY];

function paths(pod: unknown): string[] | undefined {
  return removalOf(pod)?.operations.map(({ op, path }) => `${op} ${path}`);
}

describe(removalOf.name, () => {
  it('ignores Pods that were not injected, even with containers of the same name', () => {
    assert.equal(removalOf({ metadata: {}, spec: { containers: injected } }), undefined);
    assert.equal(
      removalOf({
        metadata: { annotations: { 'proxy-injection/status': 'no' } },
        spec: { containers: injected },
      }),
      undefined,
    );
  });

  it('ignores Pods with leftover annotations, whose own volumes these may name', () => {
    const leftover = { ...annotations, 'proxy-injection/added': '{"volumes":["data"]}' };
    const volumes = [{ name: 'data' }];
    for (const spec of [
      { containers: [{ name: 'app' }], volumes },
      { containers: injected, volumes },
      { containers: [{ name: 'app' }], initContainers: INIT, volumes },
    ])
      assert.equal(removalOf({ metadata: { annotations: leftover }, spec }), undefined);
  });

  it('ignores objects that are not Pods', () => {
    for (const object of [undefined, null, 'pod', [], { metadata: { annotations }, spec: {} }])
      assert.equal(removalOf(object), undefined);
  });

  it('removes the annotations and both containers, and lists and maps that held nothing else', () => {
    const spec = { containers: injected, initContainers: INIT };
    assert.deepEqual(paths({ metadata: { name: 'web', annotations }, spec }), [
      'remove /metadata/annotations',
      'remove /spec/initContainers',
      'remove /spec/containers/1',
    ]);
  });

  it('removes only the record from a Pod that was skipped', () => {
    const record = { 'proxy-injection/status': 'skipped', 'proxy-injection/reason': 'host-network' };
    const spec = { containers: [{ name: 'app' }] };
    const pod = { metadata: { annotations: record }, spec };
    assert.deepEqual(paths(pod), ['remove /metadata']);
    assert.equal(removalOf(pod)?.hasProxy, false);
    assert.deepEqual(paths({ metadata: { annotations: { ...record, team: 'web' } }, spec }), [
      'remove /metadata/annotations/proxy-injection~1status',
      'remove /metadata/annotations/proxy-injection~1reason',
    ]);
  });

  it('keeps other entries', () => {
    const initContainers = [...INIT, { ...PROXY, restartPolicy: 'Always' }, { name: 'wait' }];
    const all = { ...annotations, 'a/b': 'c' };
    assert.deepEqual(
      paths({ metadata: { annotations: all }, spec: { containers: [{ name: 'app' }], initContainers } }),
      [
        'remove /metadata/annotations/proxy-injection~1status',
        'remove /spec/initContainers/1',
        'remove /spec/initContainers/0',
      ],
    );
  });

  it('removes what the annotation lists and the Pod still has', () => {
    const added = JSON.stringify({
      labels: ['team', 'gone'],
      volumes: ['certs'],
      imagePullSecrets: ['pull'],
    });
    const metadata = {
      annotations: { ...annotations, 'proxy-injection/added': added },
      labels: { team: 'x', app: 'web' },
    };
    const spec = {
      containers: injected,
      initContainers: INIT,
      volumes: [{ name: 'certs' }, { name: 'kube-api-access' }],
      imagePullSecrets: [{}, { name: 'pull' }],
    };
    assert.deepEqual(paths({ metadata, spec }), [
      'remove /metadata/annotations',
      'remove /metadata/labels/team',
      'remove /spec/volumes/0',
      'remove /spec/imagePullSecrets/1',
      'remove /spec/initContainers',
      'remove /spec/containers/1',
    ]);
  });

  describe('with replaced probe ports', () => {
    const added = {
      app: { 'livenessProbe.httpGet.port': 'http', 'lifecycle.preStop.httpGet.port': 8080 },
      db: { 'readinessProbe.tcpSocket.port': 5432 },
    };
    const restorations = (probes: unknown, containers: readonly object[], initContainers: object[] = INIT) =>
      removalOf({
        metadata: {
          annotations: { ...annotations, 'proxy-injection/added': JSON.stringify({ probes }) },
        },
        spec: { containers: [...containers, PROXY], initContainers },
      })?.operations.filter(({ op }) => op === 'replace');
    const app = {
      name: 'app',
      livenessProbe: { httpGet: { port: 63000 } },
      lifecycle: { preStop: { httpGet: { port: 63001 } } },
    };
    const db = { name: 'db', restartPolicy: 'Always', readinessProbe: { tcpSocket: { port: 63002 } } };

    it('restores them wherever the containers are now', () => {
      const wait = { name: 'wait' };
      assert.deepEqual(restorations(added, [wait, app], [...INIT, db]), [
        { op: 'replace', path: '/spec/containers/1/livenessProbe/httpGet/port', value: 'http' },
        { op: 'replace', path: '/spec/containers/1/lifecycle/preStop/httpGet/port', value: 8080 },
        { op: 'replace', path: '/spec/initContainers/1/readinessProbe/tcpSocket/port', value: 5432 },
      ]);
    });

    it('keeps a port that was changed since, and a probe that is another now', () => {
      for (const livenessProbe of [
        { httpGet: { port: 9090 } },
        { httpGet: { port: 'web' } },
        { tcpSocket: { port: 63000 } },
        { exec: {} },
        null,
      ])
        assert.deepEqual(restorations(added, [{ name: 'app', livenessProbe }]), []);
    });

    for (const invalid of [
      null,
      [],
      'app',
      { app: 1 },
      { app: { 'livenessProbe.httpGet.port': {} } },
      { app: [1] },
    ])
      it(`restores nothing if the annotation is invalid: ${JSON.stringify(invalid)}`, () =>
        assert.deepEqual(restorations(invalid, [app]), []));

    it('handles the names of members of every object', () => {
      const names = ['__proto__', 'constructor', 'toString'];
      assert.deepEqual(
        restorations(
          {},
          names.map((name) => ({ ...app, name })),
        ),
        [],
      );
      const probes = JSON.parse('{"__proto__":{"livenessProbe.httpGet.port":80}}');
      assert.deepEqual(restorations(probes, [{ ...app, name: '__proto__' }]), [
        { op: 'replace', path: '/spec/containers/0/livenessProbe/httpGet/port', value: 80 },
      ]);
    });
  });
});
