import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Injector } from '../../../src/core/injector.js';
import { PROXY_NAME } from '../../../src/core/pod/container-names.js';
import type { ProxySettings } from '../../../src/core/settings/settings.js';
import { PRODUCT_VERSION } from '../../../src/core/version.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { settings } from '../../support/core-cases.js';
import { until } from '../../support/until.js';
import { patched } from '../../unit/golden/golden-case.js';
import { INIT_IMAGE, PEER_IMAGE } from '../local-cluster/images.js';
import { sharedCluster } from '../shared-cluster.js';
import { at, MODES, Peers, peer } from './peers.js';

type Mode = (typeof MODES)[number];

/** The arguments of a proxy that listens only seconds after the kubelet has started it, and of one that never does. */
const [SLOW, DEAF] = [['proxy', '3'], ['pause']];

/** What the app does first: one call, without another attempt. */
const CALLS = { restartPolicy: 'Never' };

describe('the start of an injected Pod', { concurrency: true }, () => {
  const cluster = sharedCluster();
  let peers: Peers;
  let web: string;

  before(async () => {
    peers = await Peers.in(cluster, 'start');
    await peers.apply(peer('web'));
    await peers.wait('condition=Ready', 'pod/web');
    const [address = ''] = await peers.addresses('web');
    web = at(address, 8080);
    const calls = (name: string) => peer(name, {}, { args: ['ask', 'tcp', web] }, CALLS);
    await peers.apply(
      ...MODES.flatMap((mode) => [
        injected(calls(`held-${mode}`), held(mode)),
        injected(calls(`free-${mode}`), { mode, container: { args: DEAF } }),
      ]),
      injected(peer('app'), held('container')),
    );
  });
  after(() => peers?.remove());

  for (const mode of MODES) {
    it(`lets the first connection of a held app go through the proxy (${mode})`, async () => {
      const pod = `held-${mode}`;
      assert.equal((await ended(pod)).exitCode, 0);
      assert.match(await peers.log(pod, 'app'), /^app 8080 /);
      const [client = ''] = await peers.addresses(pod);
      await peers.forwards(pod, 'tcp', client, web);
      assert.equal((await peers.status(pod, PROXY_NAME)).restartCount, 0);
    });

    it(`refuses the first connection of an app that is not held, if the proxy does not listen (${mode})`, async () => {
      assert.equal((await ended(`free-${mode}`)).exitCode, 1);
      assert.match(await peers.log(`free-${mode}`, 'app'), /connection refused/);
    });
  }

  it('leaves the app the default of kubectl, although the proxy comes first', async () => {
    await ended('held-container');
    const { spec } = await peers.pod('held-container');
    assert.equal(spec.containers[0].name, PROXY_NAME);
    const log = await cluster.kubectl('logs', 'held-container', '--namespace', peers.namespace);
    assert.equal(log, await peers.log('held-container', 'app'));
    await peers.wait('condition=Ready', 'pod/app');
    // The connections of the proxy's own user are not redirected.
    const question = ['--', '/peer', 'ask', 'tcp', web];
    assert.match(
      await cluster.kubectl('exec', 'app', '--namespace', peers.namespace, ...question),
      /^app 8080 /,
    );
    const [client = ''] = await peers.addresses('app');
    await peers.forwards('app', 'tcp', client, web);
  });

  /** How the app of a Pod ended. */
  const ended = async (pod: string): Promise<KubernetesObject> => {
    const state = async () => (await peers.status(pod, 'app'))?.state.terminated;
    await until(async () => (await state()) !== undefined);
    return state();
  };
});

/** A slow proxy that holds the app. */
function held(mode: Mode): Partial<ProxySettings> {
  const postStart = { exec: { command: ['/peer', 'wait', '127.0.0.1:5054'] } };
  const hook = mode === 'container' && { lifecycle: { postStart } };
  return { mode, holdApplication: 'enabled', container: { args: SLOW, ...hook } };
}

/** The Pod with such a proxy, which the release's injector leaves alone. */
function injected(pod: KubernetesObject, proxy: Partial<ProxySettings>): KubernetesObject {
  const configuration = settings({
    proxy: { image: PEER_IMAGE, ...proxy },
    init: { image: INIT_IMAGE },
    redirect: { outbound: 'enabled' },
  });
  const injector = new Injector(configuration, { version: PRODUCT_VERSION, configHash: 'start' });
  const decision = injector.decide(pod, { namespace: 'start' }, { annotations: {} });
  if (decision.outcome !== 'injected') throw new Error(decision.message);
  return patched(pod, injector.patch(decision)) as KubernetesObject;
}
