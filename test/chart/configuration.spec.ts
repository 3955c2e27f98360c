import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { loadConfiguration } from '../../src/config/load.js';
import { Configuration } from '../../src/config/schema/configuration.js';
import { settingsOf } from '../../src/config/schema/setting.js';
import type { JsonObject } from '../../src/core/values/json.js';
import { parseQuantity } from '../../src/core/values/quantity.js';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { CHART, find, type KubernetesObject, type Release, render } from './chart.js';
import { configurationOf } from './configuration.js';
import { goldenReleases, servingReleases } from './golden-release.js';

const PROXY_RESOURCES = { requests: { cpu: '50m', memory: '64Mi' } };
const INIT_RESOURCES = { requests: { cpu: '50m', memory: '16Mi' }, limits: { memory: '32Mi' } };

describe('the configuration file', () => {
  for (const { name, release } of servingReleases()) {
    it(`is valid for the service: ${name}`, () => {
      assert.doesNotThrow(() => loaded(release));
    });
  }

  it('holds the defaults of the service, but for a few', () => {
    const expected = loadConfiguration({}).configuration;
    assert.deepEqual(plain(loaded({})), {
      ...plain(expected),
      version: PRODUCT_VERSION,
      allowedOverrides: expected.allowedOverrides.filter((name) => name !== 'redirect-by'),
      ineligiblePods: 'admit',
      excludedNamespaces: [...expected.excludedNamespaces, 'cert-manager'],
      proxy: { ...plain(expected.proxy), mode: 'native', container: { resources: PROXY_RESOURCES } },
      init: {
        ...plain(expected.init),
        image: `proxy-injector/proxy-init:${PRODUCT_VERSION}`,
        container: { resources: INIT_RESOURCES },
      },
    });
  });

  it('allows Pods to choose node mode if there is an agent', () => {
    const { allowedOverrides } = loaded({ values: { agent: { enabled: true } } });
    assert.deepEqual(allowedOverrides, loadConfiguration({}).configuration.allowedOverrides);
  });

  it('picks a mode that the cluster supports, unless one is set', () => {
    const mode = (kubernetes: string, values = {}) => loaded({ kubernetes, values }).proxy.mode;
    assert.equal(mode('1.28.15'), 'container');
    assert.equal(mode('1.29.0'), 'native');
    assert.equal(mode('v1.33.4-gke.1245000'), 'native');
    assert.equal(mode('1.37.2', { config: { proxy: { mode: 'container' } } }), 'container');
  });

  it('leaves the settings of a preset to the preset', () => {
    const { proxy, redirect } = loaded({ values: { config: { proxy: { preset: 'envoy' } } } });
    assert.match(proxy.image, /^envoyproxy\/envoy:/);
    assert.equal(redirect.inboundUdp, 'disabled');
    assert.notDeepEqual(proxy.container, {});
  });

  it('has the resources of the preset, unless it sets others, of which none are merged', () => {
    const { resources: ofPreset } = loadConfiguration({ INJECTOR_PROXY_PRESET: 'envoy' }).configuration.proxy
      .container;
    assert.notEqual(ofPreset, undefined);
    assert.deepEqual(proxyResources({ preset: 'envoy' }), ofPreset);
    const own = { limits: { memory: '256Mi' } };
    for (const preset of [undefined, 'envoy']) {
      assert.deepEqual(proxyResources({ preset, container: { resources: own } }), own);
      assert.deepEqual(proxyResources({ preset, container: { resources: {} } }), {});
    }
  });

  it('has the resources that values.yaml names, with other fields of the containers too', () => {
    const container = { env: [{ name: 'A', value: 'b' }] };
    assert.deepEqual(proxyResources({ container }), PROXY_RESOURCES);
    const { cpu, memory } = PROXY_RESOURCES.requests;
    const text = readFileSync(join(CHART, 'values.yaml'), 'utf8').replaceAll(/\s+#\s+/g, ' ');
    assert.ok(text.includes(`requests of ${cpu} CPU and ${memory} memory without a preset`));
    const { resources } = loaded({ values: { config: { init: { container } } } }).init.container;
    assert.deepEqual(resources, INIT_RESOURCES);
  });

  it('has a CPU request for the proxy, which a HorizontalPodAutoscaler needs', () => {
    for (const preset of [undefined, 'envoy']) {
      assert.ok((proxyResources({ preset }) as typeof PROXY_RESOURCES).requests.cpu);
    }
  });

  it('has no requests of the init container that exceed those of the proxy, so that they add nothing', () => {
    for (const resource of ['cpu', 'memory'] as const) {
      const [init, proxy] = [INIT_RESOURCES, PROXY_RESOURCES].map(({ requests }) =>
        parseQuantity(requests[resource]),
      );
      assert.ok(init !== undefined && proxy !== undefined && init <= proxy);
    }
  });

  it('lets no proxy sleep before Kubernetes 1.30, which has no such hook', () => {
    const drain = (kubernetes: string, proxy = {}) => {
      const configuration = loaded({ kubernetes, values: { config: { proxy } } });
      return [configuration.proxy.drainSeconds, configuration.allowedOverrides.includes('drain-seconds')];
    };
    const preset = { preset: 'envoy', mode: 'container' };
    assert.deepEqual(drain('1.29.0'), ['0', false]);
    assert.deepEqual(drain('1.29.0', preset), ['0', false]);
    assert.deepEqual(drain('1.29.0', { drainSeconds: 'auto' }), ['0', false]);
    assert.deepEqual(drain('1.30.0'), ['auto', true]);
    assert.deepEqual(drain('1.30.0', preset), ['10', true]);
    assert.deepEqual(drain('1.30.0', { ...preset, drainSeconds: 25 }), ['25', true]);
    assert.deepEqual(drain('1.30.0', { ...preset, drainSeconds: 'auto' }), ['auto', true]);
  });

  it('passes settings on unchanged', () => {
    const { proxy, redirect, pod } = loaded(
      goldenReleases().find(({ name }) => name === 'everything')?.release ?? {},
    );
    assert.equal(proxy.uid, 2147483647);
    assert.equal(redirect.skipInboundPorts, '22');
    assert.deepEqual(pod.volumes, [{ name: 'proxy-certs', secret: { secretName: 'proxy' } }]);
  });

  it("accepts that the proxy's user and group come from the namespace", () => {
    const values = { config: { proxy: { uid: 'namespace', gid: 'namespace' } } };
    const { uid, gid } = loaded({ values }).proxy;
    assert.deepEqual({ uid, gid }, { uid: 'namespace', gid: 'namespace' });
  });
});

describe('the client CA', () => {
  for (const source of ['configMapName', 'secretName']) {
    it(`is mounted where the service reads it (${source})`, () => {
      const release = { values: { tls: { clientCa: { [source]: 'webhook-clients', key: 'signer.pem' } } } };
      assert.equal(loaded(release).webhook.clientCa, '/etc/webhook/client-ca/ca.crt');
      const { containers, volumes } = find(render(release), 'Deployment').spec.template.spec;
      const mounts: KubernetesObject[] = containers[0].volumeMounts;
      const { name } = mounts.find(({ mountPath }) => mountPath === '/etc/webhook/client-ca') ?? {};
      const volume = volumes.find((each: KubernetesObject) => each.name === name);
      const { items, ...reference } = volume.configMap ?? volume.secret;
      assert.deepEqual(items, [{ key: 'signer.pem', path: 'ca.crt' }]);
      assert.deepEqual(Object.values(reference), ['webhook-clients']);
    });
  }

  it('is not required by default', () => {
    assert.equal(loaded({}).webhook.clientCa, undefined);
  });
});

describe('a configuration change', () => {
  const template = (config: JsonObject) => find(render({ values: { config } }), 'Deployment').spec.template;
  const unchanged = template({});

  /** The settings of the chart that the service reads only at startup. Others follow from what the chart mounts. */
  const READ_AT_STARTUP = settingsOf(Configuration).filter(
    ({ restart, path }) =>
      restart && !['tls', 'kubernetes'].includes(path[0] ?? '') && path.join() !== 'webhook,clientCa',
  );
  for (const { path, default: value } of READ_AT_STARTUP) {
    it(`replaces the Pods if the service reads the setting only at startup: ${path.join('.')}`, () => {
      const other = typeof value === 'number' ? value + 1 : path[0] === 'log' ? 'json' : '127.0.0.1';
      assert.notDeepEqual(template(nested(path, other)), unchanged);
    });
  }

  it('keeps the Pods if the service reloads the setting', () => {
    const config = {
      ineligiblePods: 'deny',
      log: { level: 'debug' },
      proxy: { image: 'a' },
      tls: { minVersion: 'TLSv1.3' },
    };
    assert.deepEqual(template(config), unchanged);
  });
});

describe('Chart.yaml', () => {
  it('has the version of the code as appVersion', () => {
    assert.equal(parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8')).appVersion, PRODUCT_VERSION);
  });
});

function loaded(release: Release): Configuration {
  return configurationOf(render(release)).configuration;
}

/** `proxy.container.resources` with these values of `config.proxy`. */
function proxyResources(proxy: JsonObject): unknown {
  return loaded({ values: { config: { proxy } } }).proxy.container.resources;
}

function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

function nested(path: readonly string[], value: unknown): JsonObject {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as JsonObject;
}
