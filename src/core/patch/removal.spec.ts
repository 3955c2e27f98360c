import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { removalOf } from './removal.js';

const annotations = { 'proxy-injection/status': 'injected' };
const ours = [{ name: 'app' }, { name: 'proxy-sidecar' }];

function paths(pod: unknown): string[] | undefined {
  return removalOf(pod)?.operations.map(({ op, path }) => `${op} ${path}`);
}

describe('removalOf', () => {
  it('finds nothing in a Pod that was not injected, whatever its containers are called', () => {
    assert.equal(removalOf({ metadata: {}, spec: { containers: ours } }), undefined);
    assert.equal(
      removalOf({
        metadata: { annotations: { 'proxy-injection/status': 'no' } },
        spec: { containers: ours },
      }),
      undefined,
    );
  });

  it('finds nothing in what is no Pod', () => {
    for (const object of [undefined, null, 'pod', [], { metadata: { annotations }, spec: {} }])
      assert.equal(removalOf(object), undefined);
  });

  it('takes annotations, init container and proxy out, and the collections that only they were in', () => {
    const spec = { containers: ours, initContainers: [{ name: 'init-iptables' }] };
    assert.deepEqual(paths({ metadata: { name: 'web', annotations }, spec }), [
      'remove /metadata/annotations',
      'remove /spec/initContainers',
      'remove /spec/containers/1',
    ]);
  });

  it("leaves the user's entries beside ours", () => {
    const initContainers = [{ name: 'init-iptables' }, { name: 'proxy-sidecar' }, { name: 'wait' }];
    const mine = { ...annotations, 'a/b': 'mine' };
    assert.deepEqual(
      paths({ metadata: { annotations: mine }, spec: { containers: [{ name: 'app' }], initContainers } }),
      [
        'remove /metadata/annotations/proxy-injection~1status',
        'remove /spec/initContainers/1',
        'remove /spec/initContainers/0',
      ],
    );
  });

  it('takes out what the added names and is still there', () => {
    const added = JSON.stringify({
      labels: ['team', 'gone'],
      volumes: ['certs'],
      imagePullSecrets: ['ours'],
    });
    const metadata = {
      annotations: { ...annotations, 'proxy-injection/added': added },
      labels: { team: 'x', app: 'web' },
    };
    const spec = {
      containers: ours,
      volumes: [{ name: 'certs' }, { name: 'kube-api-access' }],
      imagePullSecrets: [{}, { name: 'ours' }],
    };
    assert.deepEqual(paths({ metadata, spec }), [
      'remove /metadata/annotations',
      'remove /metadata/labels/team',
      'remove /spec/volumes/0',
      'remove /spec/imagePullSecrets/1',
      'remove /spec/containers/1',
    ]);
  });
});
