import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { CHART_REPOSITORY, IMAGES, REGISTRY } from '../../tools/release/artifacts/release.js';
import type { KubernetesObject } from '../chart/chart.js';
import { CreationStream, LEAST_CREATIONS } from '../cluster/availability/stream.js';
import { OPTED_IN } from '../cluster/cluster.js';
import { until } from '../support/until.js';
import { digests, PREVIOUS_VERSION, PublishedCluster } from './published-cluster.js';
import { startRegistry } from './registry.js';

const MIRROR = 'registry.example.com:5000';
const VALUES = '--reset-values --set config.proxy.preset=envoy --wait';

describe('a release from the registry', () => {
  const published = PublishedCluster.attach();
  const { cluster } = published;
  let stream: CreationStream;

  const helm = (words: string) => published.shell(`helm ${words} --namespace proxy-injector`);
  const upgradeTo = (version: string, values = '') =>
    helm(
      `upgrade --install proxy-injector oci://${CHART_REPOSITORY}/proxy-injector --version ${version} ` +
        `--create-namespace ${VALUES} ${values}`,
    );
  const replicas = async () =>
    (await cluster.pods('proxy-injector')).filter(
      ({ metadata, status }) => metadata.deletionTimestamp === undefined && status.phase === 'Running',
    );

  before(async () => {
    await upgradeTo(PREVIOUS_VERSION);
    stream = new CreationStream(cluster.kubeconfig, await cluster.namespace('published', OPTED_IN));
  });
  after(async () => {
    stream.close();
    await cluster.deleteNamespaces(stream.namespace);
  });

  it('is upgraded from the version before and rolled back, and loses no creation', async (t) => {
    const counts = await stream.during(
      async () => {
        await upgradeTo(PRODUCT_VERSION);
        assert.deepEqual(await versions(), [PRODUCT_VERSION]);
        await helm('rollback proxy-injector --wait');
        assert.deepEqual(await versions(), [PREVIOUS_VERSION]);
      },
      (line) => t.diagnostic(line),
    );
    assert.deepEqual([counts.lost, counts.unavailable], [{}, {}]);
    assert.ok(counts.injected >= LEAST_CREATIONS);
  });

  it('passes helm test', async () => {
    await upgradeTo(PRODUCT_VERSION);
    assert.match(
      await helm('test proxy-injector --logs'),
      /was injected with init-iptables and proxy-sidecar/,
    );
  });

  it('runs the images that the chart names by their digests', async () => {
    const expected = `${REGISTRY}/${IMAGES.injector}@${digests().injector}`;
    assert.deepEqual(await imagesOf(await replicas()), [expected]);
  });

  it('injects the init container of the release, which applies the redirect', async () => {
    const pod = await injectedPod('pulled');
    assert.equal(pod.spec.initContainers[0].image, initImage(REGISTRY));
    assert.equal(pod.status.initContainerStatuses[0].state.terminated.exitCode, 0);
  });

  it('is installed from a mirror to which skopeo copied the images', async () => {
    await startRegistry(published.local.sandbox, MIRROR);
    for (const name of ['injector', 'proxy-init'] as const) {
      const [from, to] = [REGISTRY, MIRROR].map(
        (host) => `docker://${host}/${IMAGES[name]}:${PRODUCT_VERSION}`,
      );
      await published.shell(`skopeo copy --quiet --all --preserve-digests ${from} ${to}`);
    }
    await published.local.daemon(`registry-${REGISTRY}`).stop(); // the site has no access to it
    const chart = `proxy-injector-${PRODUCT_VERSION}.tgz`;
    await helm(`upgrade proxy-injector ${chart} ${VALUES} --set global.imageRegistry=${MIRROR}`);
    const pod = await injectedPod('mirrored');
    assert.equal(pod.spec.initContainers[0].image, initImage(MIRROR));
    const log = readFileSync(published.local.daemon('registry-registry.example.com').log, 'utf8').split('\n');
    for (const name of ['injector', 'proxy-init'] as const) {
      const path = `/v2/${IMAGES[name]}/manifests/${digests()[name]}`;
      assert.ok(
        log.some((line) => line.includes(path) && line.includes('containerd/')),
        path,
      );
    }
  });

  it('is uninstalled', async () => {
    await helm('uninstall proxy-injector --wait');
    await until(async () => (await cluster.pods('proxy-injector')).length === 0);
    const kinds = 'clusterroles,clusterrolebindings,mutatingwebhookconfigurations';
    assert.doesNotMatch(await cluster.kubectl('get', kinds, '--output=name'), /proxy-injector/);
  });

  /** The versions of the replicas, by the label that Helm recommends. */
  async function versions(): Promise<string[]> {
    const labels = (await replicas()).map(({ metadata }) => metadata.labels['app.kubernetes.io/version']);
    return [...new Set(labels)];
  }

  /** What containerd pulled for the containers of Pods. */
  async function imagesOf(pods: readonly KubernetesObject[]): Promise<string[]> {
    return [...new Set(pods.flatMap(({ status }) => status.containerStatuses.map(imageId)))];
  }

  /** A Pod that runs with a proxy. Its app runs with Node from the injector's image. */
  async function injectedPod(name: string): Promise<KubernetesObject> {
    const [{ spec }] = (await replicas()) as [KubernetesObject];
    const app = {
      name: 'app',
      image: spec.containers[0].image,
      command: ['/nodejs/bin/node', '-e', 'setInterval(() => {}, 1000)'],
    };
    await cluster.apply(
      [{ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [app] } }],
      stream.namespace,
    );
    await cluster.wait('condition=Ready', `pod/${name}`, stream.namespace);
    return cluster.get('pod', name, '--namespace', stream.namespace);
  }
});

function imageId({ imageID }: { imageID: string }): string {
  return imageID;
}

function initImage(host: string): string {
  return `${host}/${IMAGES['proxy-init']}:${PRODUCT_VERSION}@${digests()['proxy-init']}`;
}
