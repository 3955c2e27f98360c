import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { loadConfiguration } from '../../src/config/load.js';
import { Configuration } from '../../src/config/schema/configuration.js';
import { settingsOf } from '../../src/config/schema/setting.js';
import type { JsonObject } from '../../src/core/values/json.js';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { CHART, find, type Release, render } from './chart.js';
import { goldenReleases } from './golden-release.js';

describe('the configuration file of the chart', () => {
  for (const { name, release } of goldenReleases()) {
    it(`is one that the service takes: ${name}`, () => {
      assert.doesNotThrow(() => loaded(release));
    });
  }

  it('holds the defaults of the service, but for what the chart says of ineligible Pods and of the mode', () => {
    const expected = loadConfiguration({}).configuration;
    assert.deepEqual(plain(loaded({})), {
      ...plain(expected),
      ineligiblePods: 'admit',
      proxy: { ...plain(expected.proxy), mode: 'native' },
    });
  });

  it('takes the mode that the cluster can do, unless it is told one', () => {
    const mode = (kubernetes: string, values = {}) => loaded({ kubernetes, values }).proxy.mode;
    assert.equal(mode('1.28.15'), 'container');
    assert.equal(mode('1.29.0'), 'native');
    assert.equal(mode('v1.33.4-gke.1245000'), 'native');
    assert.equal(mode('1.37.2', { config: { proxy: { mode: 'container' } } }), 'container');
  });

  it('hands every setting over as it was given', () => {
    const { proxy, redirect, pod } = loaded(
      goldenReleases().find(({ name }) => name === 'everything')?.release ?? {},
    );
    assert.equal(proxy.uid, 2147483647);
    assert.equal(redirect.skipInboundPorts, '22');
    assert.deepEqual(pod.volumes, [{ name: 'proxy-certs', secret: { secretName: 'proxy' } }]);
  });
});

describe('a change of the configuration', () => {
  const template = (config: JsonObject) => find(render({ values: { config } }), 'Deployment').spec.template;
  const unchanged = template({});

  /** The settings that the chart lets an operator set and the service reads at the start only. */
  const AT_START = settingsOf(Configuration).filter(
    ({ restart, path }) => restart && !['tls', 'kubernetes'].includes(path[0] ?? ''),
  );
  for (const { path, default: value } of AT_START) {
    it(`replaces the Pods where the service reads it at the start only: ${path.join('.')}`, () => {
      const other = typeof value === 'number' ? value + 1 : path[0] === 'log' ? 'json' : '127.0.0.1';
      assert.notDeepEqual(template(nested(path, other)), unchanged);
    });
  }

  it('leaves the Pods alone where the service takes it over by itself', () => {
    const config = {
      ineligiblePods: 'deny',
      log: { level: 'debug' },
      proxy: { image: 'a' },
      tls: { minVersion: 'TLSv1.3' },
    };
    assert.deepEqual(template(config), unchanged);
  });
});

describe('the version', () => {
  it('of the software in Chart.yaml is that of the code', () => {
    assert.equal(parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8')).appVersion, PRODUCT_VERSION);
  });
});

function loaded(release: Release): Configuration {
  const directory = mkdtempSync(join(tmpdir(), 'chart-config-'));
  try {
    const file = join(directory, 'config.yaml');
    const maps = render(release).filter(({ kind, data }) => kind === 'ConfigMap' && data['config.yaml']);
    assert.equal(maps.length, 1);
    writeFileSync(file, maps[0].data['config.yaml']);
    return loadConfiguration({ INJECTOR_CONFIG: file }).configuration;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

function nested(path: readonly string[], value: unknown): JsonObject {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as JsonObject;
}
