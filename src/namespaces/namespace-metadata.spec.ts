import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isLater, namespaceMetadata } from './namespace-metadata.js';

describe(isLater.name, () => {
  const rows: [version: string, than: string, later: boolean][] = [
    ['2', '1', true],
    ['1', '1', false],
    ['1', '2', false],
    ['10', '9', true],
    ['9', '10', false],
    ['18446744073709551617', '18446744073709551616', true],
    ['9007199254740993', '9007199254740992', true],
    ['x2', 'x1', false],
    ['2', '', false],
    ['', '1', false],
    ['-1', '-2', false],
    ['0x2', '1', false],
  ];
  for (const [version, than, later] of rows) {
    test(`${JSON.stringify(version)} is ${later ? '' : 'not '}later than ${JSON.stringify(than)}`, () => {
      assert.equal(isLater(version, than), later);
    });
  }
});

describe(namespaceMetadata.name, () => {
  test('reads a whole Namespace, for servers that do not support metadata-only responses', () => {
    const annotations = { 'proxy-injection': 'disabled' };
    const metadata = { name: 'shop', resourceVersion: '7', annotations, labels: {} };
    const namespace = { kind: 'Namespace', metadata, spec: { finalizers: [] }, status: { phase: 'Active' } };
    assert.deepEqual(namespaceMetadata(namespace), {
      name: 'shop',
      resourceVersion: '7',
      facts: { annotations },
    });
  });

  test("keeps the injector's labels", () => {
    const labels = { 'proxy-injection': 'true', 'kubernetes.io/metadata.name': 'shop' };
    const namespace = { metadata: { name: 'shop', resourceVersion: '7', labels } };
    assert.deepEqual(namespaceMetadata(namespace).facts, {
      annotations: {},
      labels: { 'proxy-injection': 'true' },
    });
  });

  test('keeps the annotations with the users and groups of the namespace', () => {
    const annotations = {
      'openshift.io/sa.scc.uid-range': '1000650000/10000',
      'openshift.io/sa.scc.supplemental-groups': '1000650000/10000',
    };
    const namespace = { metadata: { name: 'shop', resourceVersion: '7', annotations } };
    assert.deepEqual(namespaceMetadata(namespace).facts, { annotations });
  });

  test('treats null as no annotations', () => {
    const object = { metadata: { name: 'shop', resourceVersion: '7', annotations: null } };
    assert.deepEqual(namespaceMetadata(object).facts, { annotations: {} });
  });
});
