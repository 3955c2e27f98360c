import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { INIT_NAME, PROXY_NAME } from '../../../src/core/pod/container-names.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { proxyInjector } from '../../cli/command-line.js';
import { dryRunPath } from '../admission/pods.js';
import { INIT_IMAGE } from '../local-cluster/images.js';
import { sharedCluster } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { MODES, Peers, peer } from './peers.js';

const cluster = sharedCluster();
const APP = { resources: { requests: { cpu: '20m', memory: '16Mi' }, limits: { cpu: '1', memory: '64Mi' } } };
const GUARANTEED = { resources: { limits: { cpu: '100m', memory: '64Mi' } } };
const POD_LEVEL = { resources: { limits: { cpu: '200m', memory: '128Mi' } } };

/** What a tenant under a quota for limits sets. */
const LIMITS = {
  'cpu-limit': '200m',
  'memory-limit': '128Mi',
  'init-cpu-limit': '200m',
};

const QUOTA = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'all' },
  spec: {
    hard: { 'requests.cpu': '1', 'requests.memory': '1Gi', 'limits.cpu': '4', 'limits.memory': '2Gi' },
  },
};

const LIMIT_RANGE = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'containers' },
  spec: {
    limits: [
      {
        type: 'Container',
        default: { cpu: '500m', memory: '96Mi' },
        defaultRequest: { cpu: '30m', memory: '24Mi' },
        max: { cpu: '1', memory: '256Mi' },
      },
    ],
  },
};

describe('an injected Pod under a ResourceQuota', () => {
  let peers: Peers;
  before(async () => {
    peers = await Peers.in(cluster, 'quota');
    await peers.apply(QUOTA);
  });
  after(() => peers?.remove());

  it('is denied for limits that no default can know, with the names of the containers', async () => {
    const { status, object } = await cluster.api.post(dryRunPath(peers.namespace), peer('web', {}, APP));
    assert.equal(status, 403);
    assert.match(
      object.message,
      /failed quota: all: must specify limits\.cpu for: init-iptables,proxy-sidecar/,
    );
    assert.match(object.message, /limits\.memory for: proxy-sidecar(;|$)/);
  });

  it('is admitted with annotations, and its init container costs nothing', async () => {
    const names = MODES.map((mode) => `pod/${mode}`);
    await peers.apply(...MODES.map((mode) => peer(mode, { mode, ...LIMITS }, APP)));
    await peers.wait('condition=Ready', ...names);
    const { used } = (await cluster.get('resourcequota', 'all', '--namespace', peers.namespace)).status;
    assert.deepEqual(used, {
      'requests.cpu': '140m',
      'requests.memory': '160Mi',
      'limits.cpu': '2400m',
      'limits.memory': '384Mi',
    });
  });
});

describe('an injected Pod under a LimitRange', () => {
  let peers: Peers;
  before(async () => {
    peers = await Peers.in(cluster, 'limit-range');
    await peers.apply(LIMIT_RANGE);
  });
  after(() => peers?.remove());

  for (const mode of MODES) {
    it(`gets its defaults for both containers, where the injector sets nothing (${mode})`, async () => {
      await peers.apply(peer(mode, { mode }, APP));
      await peers.wait('condition=Ready', `pod/${mode}`);
      const { spec } = await peers.pod(mode);
      assert.deepEqual(resourcesOf(spec, PROXY_NAME), {
        requests: { cpu: '50m', memory: '64Mi' },
        limits: { cpu: '500m', memory: '96Mi' },
      });
      assert.deepEqual(resourcesOf(spec, INIT_NAME), {
        requests: { cpu: '50m', memory: '16Mi' },
        limits: { cpu: '500m', memory: '32Mi' },
      });
    });
  }

  it('is denied for an amount over the maximum', async () => {
    const pod = peer('large', { 'init-memory-limit': '512Mi' }, APP);
    const { status, object } = await cluster.api.post(dryRunPath(peers.namespace), pod);
    assert.equal(status, 403);
    assert.match(object.message, /maximum memory usage per Container is 256Mi, but limit is 512Mi/);
  });
});

describe('the QoS class of an injected Pod', { concurrency: true }, () => {
  let peers: Peers;
  before(async () => {
    peers = await Peers.in(cluster, 'qos');
  });
  after(() => peers?.remove());

  for (const mode of MODES) {
    it(`stays Guaranteed with the chart's defaults (${mode})`, async () => {
      const { warnings } = await cluster.api.post(
        dryRunPath(peers.namespace),
        peer('dry', { mode }, GUARANTEED),
      );
      assert.deepEqual(warnings, []);
      await peers.apply(peer(mode, { mode }, GUARANTEED));
      await peers.wait('condition=Ready', `pod/${mode}`);
      const { status, spec } = await peers.pod(mode);
      assert.equal(status.qosClass, 'Guaranteed');
      assert.deepEqual(resourcesOf(spec, PROXY_NAME).limits, { cpu: '50m', memory: '64Mi' });
    });

    it(`is no longer Guaranteed if its own annotations say so, with a warning (${mode})`, async () => {
      const annotations = { mode, 'cpu-request': '10m', 'cpu-limit': '100m' };
      const { object, warnings } = await cluster.api.post(
        dryRunPath(peers.namespace),
        peer('dry', annotations, GUARANTEED),
      );
      assert.equal(object.status.qosClass, 'Burstable');
      assert.deepEqual(warnings, [
        'proxy-injection: the Pod is no longer Guaranteed: proxy-sidecar has limits other than its requests',
      ]);
    });
  }
});

describe('an injected Pod with resources of its own', { concurrency: true }, () => {
  let peers: Peers;
  let offline: string;
  before(async () => {
    peers = await Peers.in(cluster, 'pod-resources');
    offline = await cluster.namespace('grown');
  });
  after(async () => {
    await peers?.remove();
    await cluster.deleteNamespaces(offline);
  });

  for (const mode of MODES) {
    it(`shares them with the proxy, and keeps its class (omit, ${mode})`, async () => {
      await peers.apply(peer(mode, { mode }, {}, POD_LEVEL));
      await peers.wait('condition=Ready', `pod/${mode}`);
      const { spec, status } = await peers.pod(mode);
      const { limits } = POD_LEVEL.resources;
      assert.deepEqual(spec.resources, { limits, requests: limits });
      assert.deepEqual([resourcesOf(spec, PROXY_NAME), resourcesOf(spec, INIT_NAME)], [{}, {}]);
      assert.equal(status.qosClass, 'Guaranteed');
    });

    it(`has them for the proxy too, and keeps its class (grow, ${mode})`, async () => {
      const pod = await injectedOffline(mode, 'grow', peer(mode, {}, {}, POD_LEVEL));
      await cluster.apply([pod], offline);
      await cluster.wait('condition=Ready', `pod/${mode}`, offline);
      const { spec, status } = await cluster.get('pod', mode, '--namespace', offline);
      const limits = { cpu: '250m', memory: '192Mi' };
      assert.deepEqual(spec.resources, { limits, requests: limits });
      const own = { cpu: '50m', memory: '64Mi' };
      assert.deepEqual(resourcesOf(spec, PROXY_NAME), { requests: own, limits: own });
      assert.equal(status.qosClass, 'Guaranteed');
    });
  }

  it('is what the API server rejects if the proxy has resources and the Pod does not grow', async () => {
    const grown = await injectedOffline('container', 'grow', peer('small', {}, {}, POD_LEVEL));
    const resources = { limits: POD_LEVEL.resources.limits, requests: { cpu: '10m' } };
    const { status, object } = await cluster.api.post(dryRunPath(offline), {
      ...grown,
      spec: { ...grown.spec, resources },
    });
    assert.equal(status, 422);
    assert.match(object.message, /must be greater than or equal to aggregate container requests of 50m/);
  });
});

/** The Pod with the proxy, injected by the command line with the chart's defaults and another `podResources`. */
async function injectedOffline(
  mode: string,
  podResources: string,
  pod: KubernetesObject,
): Promise<KubernetesObject> {
  const directory = mkdtempSync(join(tmpdir(), 'resources-'));
  try {
    const [config, manifest] = [join(directory, 'config.yaml'), join(directory, 'pod.yaml')];
    const { proxy } = VALUES.config;
    const resources = { requests: { cpu: '50m', memory: '64Mi' } };
    const container = { ...proxy.container, resources };
    const settings = { proxy: { ...proxy, mode, podResources, container }, init: { image: INIT_IMAGE } };
    writeFileSync(config, JSON.stringify(settings));
    writeFileSync(manifest, JSON.stringify(pod));
    const { stdout, stderr, code } = await proxyInjector(['inject', '--config', config, manifest]);
    assert.equal(code, 0, stderr);
    return parse(stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function resourcesOf(spec: KubernetesObject, container: string): KubernetesObject {
  const all: KubernetesObject[] = [...spec.initContainers, ...spec.containers];
  return all.find(({ name }) => name === container).resources;
}
