import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { proxyInjector } from '../../cli/command-line.js';
import { until } from '../../support/until.js';
import { deployment, Peers, peer } from '../pods/peers.js';
import { sharedCluster } from '../shared-cluster.js';

const cluster = sharedCluster();
const env = { KUBECONFIG: cluster.kubeconfig };
/** The proxy's own port, so that the webhook denies the Pod. */
const CONFLICT = { ports: [{ containerPort: 5054 }] };

describe('explain TYPE/NAME', () => {
  let peers: Peers;
  before(async () => {
    peers = await Peers.in(cluster, 'explain');
    await peers.apply(
      peer('web'),
      peer('host', {}, {}, { hostNetwork: true }),
      deployment(peer('denied', {}, CONFLICT)),
    );
    await peers.wait('condition=Ready', 'pod/web');
  });
  after(() => peers.remove());

  it('says that a Pod was injected', async () => {
    const { stdout } = await explain('pod/web');
    assert.match(
      stdout,
      /^pod\/web in namespace \S+ was injected by version \S+ with this configuration\.$/m,
    );
    assert.match(stdout, /^ +\S+Z +Started +pod\/web +Container started/m);
  });

  it('tells by the webhook configuration of the cluster that the webhook is called', async () => {
    const { stdout, stderr } = await explain('pod/web');
    assert.match(
      stdout,
      /^ +yes +namespaces\.proxy-injector\.\S+\.svc +rules, selectors, and match conditions \(mutatingwebhookconfiguration\/\S+\)$/m,
    );
    assert.match(stdout, /^ +no +pods\.proxy-injector\.\S+\.svc +namespaceSelector proxy-injection notin /m);
    assert.equal(stderr, '');
  });

  it('tells why a Pod was skipped', async () => {
    const { stdout } = await explain('pod/host');
    assert.match(stdout, /^pod\/host in namespace \S+ was skipped: host-network\.$/m);
    assert.match(stdout, /^ +yes +host-network +spec\.hostNetwork is true \(pod\/host\)$/m);
  });

  it('shows why the Pods of a Deployment are denied, from the Events of its ReplicaSet', async () => {
    let stdout = '';
    await until(async () => {
      ({ stdout } = await explain('deployment/denied'));
      return stdout.includes('FailedCreate');
    });
    assert.match(stdout, /^deployment\/denied in namespace \S+: denied\. /m);
    assert.match(stdout, /^ +no Pods$/m);
    assert.match(stdout, /^ +\S+Z +FailedCreate +replicaset\/denied-\S+ +.*5054/m);
  });

  async function explain(object: string) {
    const result = await proxyInjector(['explain', '-n', peers.namespace, object], { env });
    assert.equal(result.code, 0, result.stderr);
    return result;
  }
});
