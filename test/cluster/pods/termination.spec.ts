import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PROXY_NAME } from '../../../src/core/pod/container-names.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import { sharedCluster } from '../shared-cluster.js';
import { at, MODES, Peers, peer } from './peers.js';

const FINALIZER = 'test.example.com/kept';

const SLEEPS = { preStop: { sleep: { seconds: 12 } } };
const DRAINING = MODES.map((mode) => `draining-${mode}`);

describe('the termination of an injected Pod', { concurrency: true }, () => {
  const cluster = sharedCluster();
  let peers: Peers;
  let web: string;

  before(async () => {
    peers = await Peers.in(cluster, 'termination');
    await peers.apply(
      peer('web'),
      ...MODES.map((mode) => kept(peer(`kept-${mode}`, { mode }))),
      ...MODES.map((mode) => kept(peer(`draining-${mode}`, { mode }, { lifecycle: SLEEPS }))),
    );
    await peers.wait('condition=Ready', 'pod/web');
    const [address = ''] = await peers.addresses('web');
    web = at(address, 8080);
    await peers.apply(...MODES.map((mode) => job(mode, web)));
    await peers.wait('condition=Ready', ...DRAINING.map((pod) => `pod/${pod}`));
    await peers.wait('condition=Ready', ...MODES.map((mode) => `pod/kept-${mode}`));
  });
  after(async () => {
    const pods = [...MODES.map((mode) => `kept-${mode}`), ...DRAINING].map((pod) => `pod/${pod}`);
    const patch = ['--patch', '{"metadata":{"finalizers":null}}'];
    await cluster.tryKubectl(['patch', '--namespace', peers.namespace, ...patch, ...pods]);
    await peers.remove();
  });

  for (const mode of MODES) {
    it(`needs no SIGKILL when the Pod is deleted (${mode})`, async (t) => {
      const pod = `kept-${mode}`;
      const started = performance.now();
      await cluster.kubectl('delete', 'pod', pod, '--namespace', peers.namespace, '--wait=false');
      const states = async () => [await terminated(pod, 'app'), await terminated(pod, PROXY_NAME)];
      await until(async () => (await states()).every(Boolean));
      t.diagnostic(
        `${mode}: terminated ${((performance.now() - started) / 1000).toFixed(1)} s after its deletion`,
      );
      const [app, proxy] = await states();
      const { metadata, spec } = await peers.pod(pod);
      assert.ok(metadata.deletionTimestamp);
      assert.equal(spec.terminationGracePeriodSeconds, 30);
      assert.deepEqual([app.exitCode, proxy.exitCode], [0, 0]);
      if (mode === 'native') assert.ok(proxy.finishedAt >= app.finishedAt);
    });
  }

  for (const mode of MODES) {
    it(`keeps accepting connections for as long as the app's preStop hook sleeps (${mode})`, async () => {
      const pod = `draining-${mode}`;
      const [[address = ''], [client = '']] = [await peers.addresses(pod), await peers.addresses('web')];
      const app = at(address, 8080);
      await cluster.kubectl('delete', 'pod', pod, '--namespace', peers.namespace, '--wait=false');
      const deleted = performance.now();
      assert.ok(await peers.ask('web', 'tcp', app));
      const forwarded = peers.forwards(pod, 'tcp', client, app); // the kubelet removes the logs of ended containers
      while (await peers.ask('web', 'tcp', app).catch(() => undefined));
      const seconds = (performance.now() - deleted) / 1000;
      // The hook starts with the deletion at the earliest, but the API server may take a moment to answer that.
      assert.ok(seconds > SLEEPS.preStop.sleep.seconds - 1, `a connection failed after ${seconds} s`);
      await forwarded;
      await until(async () => (await terminated(pod, 'app')) && (await terminated(pod, PROXY_NAME)));
      assert.equal((await terminated(pod, 'app')).exitCode, 0);
      assert.equal((await terminated(pod, PROXY_NAME)).exitCode, 0);
    });
  }

  it('follows the app of a Job in native mode, where the proxy serves init containers too', async () => {
    await peers.wait('condition=Complete', 'job/native');
    const { metadata, status } = await podOf('native');
    assert.equal(status.phase, 'Succeeded');
    assert.equal((await terminated(metadata.name, PROXY_NAME)).exitCode, 0);
    const [address = ''] = await peers.addresses(metadata.name);
    assert.match(await peers.log(metadata.name, 'first'), /^app 8080 /);
    await peers.forwards(metadata.name, 'tcp', address, web);
  });

  it('does not follow the app of a Job in container mode', async () => {
    await until(async () => (await podOf('container')) !== undefined);
    const { name } = (await podOf('container')).metadata;
    await until(async () => (await terminated(name, 'app')) !== undefined);
    assert.equal((await terminated(name, 'app')).exitCode, 0);
    assert.match(await peers.log(name, 'first'), /^app 8080 /);
    const { status } = await podOf('container');
    assert.equal(status.phase, 'Running');
    assert.equal(await terminated(name, PROXY_NAME), undefined);
    const { status: job } = await cluster.get('job', 'container', '--namespace', peers.namespace);
    assert.equal(job.active, 1);
  });

  const terminated = async (pod: string, container: string): Promise<KubernetesObject> =>
    (await peers.status(pod, container))?.state.terminated;

  const podOf = async (name: string): Promise<KubernetesObject> =>
    (await cluster.pods(peers.namespace, `app=${name}`))[0];
});

/** The Pod with a finalizer, which keeps it readable after its termination. */
function kept({ metadata, ...pod }: KubernetesObject): KubernetesObject {
  return { ...pod, metadata: { ...metadata, finalizers: [FINALIZER] } };
}

/** A Job whose init container calls an app, and whose own app succeeds. */
function job(mode: string, address: string): KubernetesObject {
  const { metadata, spec } = peer(mode, { mode, outbound: 'enabled' }, { args: ['job', '0.1'] });
  const [{ image }] = spec.containers;
  const first = { name: 'first', image, args: ['ask', 'tcp', address] };
  const { name, ...template } = metadata;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      template: {
        metadata: template,
        spec: { ...spec, initContainers: [first], restartPolicy: 'OnFailure' },
      },
    },
  };
}
