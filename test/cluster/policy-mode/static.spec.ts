import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { proxyInjector } from '../../cli/command-line.js';
import { heldPod, INJECTED, injectedInto, podsPath } from '../admission/pods.js';
import { OPTED_IN } from '../cluster.js';
import type { LocalCluster } from '../local-cluster/local-cluster.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { SecondApiServer } from './second-api-server.js';

const POLICIES = '/apis/admissionregistration.k8s.io/v1';
const CONFIGURATION = 'apiserver.config.k8s.io/v1';

/** The plugins of the API server, by what `policy --plugin` calls them. */
const PLUGINS = { mutating: 'MutatingAdmissionPolicy', validating: 'ValidatingAdmissionPolicy' };

const cluster = sharedCluster();

describe('policies as static manifests', {
  skip: skipUnlessLocal(cluster, 'it starts an API server'),
}, () => {
  let server: SecondApiServer;

  before(async () => {
    const { sandbox } = cluster.local as LocalCluster;
    const plugins = await Promise.all(
      Object.entries(PLUGINS).map(async ([plugin, name]) => {
        const staticManifestsDir = sandbox.path('static', plugin);
        mkdirSync(staticManifestsDir, { recursive: true });
        const file = join(staticManifestsDir, 'proxy-injector.yaml');
        const { code, stderr } = await proxyInjector(['policy', '--static', '--plugin', plugin, '-o', file]);
        assert.equal(code, 0, stderr);
        const configuration = { apiVersion: CONFIGURATION, kind: `${name}Configuration`, staticManifestsDir };
        return { name, configuration };
      }),
    );
    const admission = { apiVersion: CONFIGURATION, kind: 'AdmissionConfiguration', plugins };
    const file = sandbox.write('static/admission.json', JSON.stringify(admission));
    server = await SecondApiServer.start(sandbox, { 'admission-control-config-file': file });
    for (const [path, object] of [
      ['/api/v1/namespaces', { metadata: { name: 'shop', ...OPTED_IN } }],
      ['/api/v1/namespaces/shop/serviceaccounts', { metadata: { name: 'default' } }],
    ] as const) {
      assert.equal((await server.api.post(path, object)).status, 201);
    }
  });
  after(() => server?.stop());

  it('inject Pods, and deny what the webhook denies', async () => {
    const created = await server.api.post(podsPath('shop'), heldPod('web'));
    assert.equal(created.status, 201, created.object.message);
    assert.deepEqual(injectedInto(created.object), INJECTED);
    const denied = await server.api.post(podsPath('shop'), heldPod('host', {}, { hostNetwork: true }));
    assert.equal(denied.status, 403);
    assert.match(denied.object.message, /'proxy-injector-refusals\.static\.k8s\.io'/);
  });

  it('need no object in the API', async () => {
    for (const plugin of Object.values(PLUGINS)) {
      for (const kind of [plugin.replace(/y$/, 'ies'), `${plugin}Bindings`]) {
        const { status, object } = await server.api.get(`${POLICIES}/${kind.toLowerCase()}`);
        assert.deepEqual([status, object.items], [200, []]);
      }
    }
  });
});
