import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolved, settings } from '../../../test/support/core-cases.js';
import type { AliasedProbe } from '../settings/probe-aliases.js';
import { buildPatch, type PodShape, shapeKey, shapeOf } from './patch.js';

const SHAPE: PodShape = {
  metadata: 'filled',
  annotations: 'filled',
  labels: 'filled',
  initContainers: 'filled',
  volumes: 'filled',
  imagePullSecrets: 'filled',
  takenAnnotations: [],
  takenLabels: [],
  takenVolumes: [],
  takenPullSecrets: [],
  staleOutcome: [],
  staleAdded: false,
  staleRedirect: false,
  defaultContainer: undefined,
  probes: [],
};

const PROBE: AliasedProbe = {
  container: { name: 'app' },
  isInit: false,
  index: 0,
  handler: 'livenessProbe',
  action: 'httpGet',
  given: 'http',
  port: 8080,
  hasHost: false,
  alias: 63000,
};

describe(shapeKey.name, () => {
  for (const field of Object.keys(SHAPE)) {
    it(`differs if ${field} differs`, () => {
      const others: { [field: string]: unknown } = {
        staleAdded: true,
        staleRedirect: true,
        probes: [PROBE],
      };
      const isList = Array.isArray(SHAPE[field as keyof PodShape]);
      const other = others[field] ?? (isList ? ['one'] : 'empty');
      assert.notEqual(shapeKey({ ...SHAPE, [field]: other }), shapeKey(SHAPE));
    });
  }

  const differences: readonly Partial<AliasedProbe>[] = [
    { container: { name: 'other' } },
    { isInit: true },
    { index: 1 },
    { handler: 'preStop' },
    { action: 'tcpSocket' },
    { given: 8080 },
    { port: 9090 },
    { alias: 63001 },
  ];
  for (const difference of differences) {
    it(`differs if a probe differs in ${Object.keys(difference)}`, () => {
      const keys = [PROBE, { ...PROBE, ...difference }].map((probe) =>
        shapeKey({ ...SHAPE, probes: [probe] }),
      );
      assert.notEqual(keys[0], keys[1]);
    });
  }

  it('distinguishes one name from two, even if it contains the separator', () => {
    const keys = [['a', 'b'], ['a,b'], ['a","b']].map((takenLabels) => shapeKey({ ...SHAPE, takenLabels }));
    assert.equal(new Set(keys).size, keys.length);
  });

  it('is equal for equal shapes', () => {
    assert.equal(shapeKey({ ...SHAPE, takenLabels: ['a'] }), shapeKey({ ...SHAPE, takenLabels: ['a'] }));
  });
});

describe(buildPatch.name, () => {
  const volumes = ['certs', 'cache'].map((name) => ({ name, emptyDir: {} }));
  const all = settings({ pod: { volumes } });
  const record = { version: '1', configHash: 'abc', warnings: [] };
  const values = (pod: Parameters<typeof shapeOf>[0]) =>
    Object.fromEntries(
      buildPatch(shapeOf(pod, all, resolved(all)), resolved(all), all, record).map((operation) => [
        operation.path,
        operation.op === 'remove' ? undefined : operation.value,
      ]),
    );

  it('reuses a volume that the Pod has, and does not claim to have added it', () => {
    const spec = { containers: [{ name: 'app' }], volumes: [{ name: 'certs', emptyDir: {} }] };
    const patch = values({ metadata: { annotations: {} }, spec });
    assert.deepEqual(patch['/spec/volumes/-'], { name: 'cache', emptyDir: {} });
    assert.equal(
      patch['/metadata/annotations/proxy-injection~1added'],
      '{"annotations":["cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"],"volumes":["cache"],"empty":["annotations"]}',
    );
  });

  it('replaces all leftover annotations of the injector', () => {
    const stale = { status: 'x', 'config-hash': 'old', version: '0.0.1', added: '{"volumes":["data"]}' };
    const annotations = Object.fromEntries(
      Object.entries(stale).map(([name, value]) => [`proxy-injection/${name}`, value]),
    );
    const spec = { containers: [{ name: 'app' }], volumes: [...volumes, { name: 'data' }] };
    const patch = Object.entries(values({ metadata: { annotations }, spec }));
    assert.deepEqual(Object.fromEntries(patch.filter(([path]) => path.startsWith('/metadata'))), {
      '/metadata/annotations/proxy-injection~1status': 'injected',
      '/metadata/annotations/proxy-injection~1config-hash': 'abc',
      '/metadata/annotations/proxy-injection~1version': '1',
      '/metadata/annotations/proxy-injection~1added': '{}',
    });
  });

  it('adds no volume if the Pod has all of them', () => {
    const patch = values({
      metadata: { annotations: { a: 'b' } },
      spec: { containers: [{ name: 'app' }], volumes },
    });
    assert.ok(!Object.keys(patch).some((path) => path.includes('volumes') || path.endsWith('added')));
  });
});
