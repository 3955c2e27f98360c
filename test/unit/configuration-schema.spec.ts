import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { configurationSchema } from '../../src/config/json-schema/configuration-schema.js';
import { loadConfiguration } from '../../src/config/load.js';
import { Configuration } from '../../src/config/schema/configuration.js';
import { settingsOf } from '../../src/config/schema/setting.js';
import { ROOT } from '../../tools/checkout.js';

const schema = configurationSchema();
const validate = new Ajv({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  strictTypes: false,
}).compile(schema);

/** The errors of the schema: where and what. */
function problems(text: string): string[] {
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

/** Whether the injector accepts a configuration. */
function isAccepted(text: string): boolean {
  const file = join(mkdtempSync(join(tmpdir(), 'schema-')), 'config.yaml');
  writeFileSync(file, text);
  try {
    loadConfiguration({ INJECTOR_CONFIG: file });
    return true;
  } catch {
    return false;
  }
}

const CASES = join(ROOT, 'test', 'unit', 'golden', 'cases');

describe('the JSON Schema of a configuration', () => {
  for (const name of readdirSync(CASES)) {
    const path = join(CASES, name, 'config.yaml');
    if (!existsSync(path)) continue;
    it(`accepts the configuration of the golden case ${name}`, () => {
      assert.deepEqual(problems(readFileSync(path, 'utf8')), []);
    });
  }

  it('accepts the configurations in the docs', () => {
    const page = readFileSync(join(ROOT, 'docs', 'guides', 'configuration.md'), 'utf8');
    const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);
    assert.ok(blocks.length > 1);
    for (const yaml of blocks) assert.deepEqual(problems(yaml), []);
  });

  it('accepts every default, and no value for every setting', () => {
    for (const { path, default: value } of settingsOf(Configuration)) {
      for (const given of value === undefined ? [null] : [value, null]) {
        const text = JSON.stringify(path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), given));
        assert.deepEqual(problems(text), [], text);
        assert.ok(isAccepted(text), text);
      }
    }
  });

  it('describes every setting, with its default', () => {
    for (const { path, default: value, help } of settingsOf(Configuration)) {
      // biome-ignore lint/suspicious/noExplicitAny: a path into a JSON Schema
      const described = path.reduce<any>((inner, key) => inner.properties[key], schema);
      assert.ok(described.description.startsWith(help), path.join('.'));
      assert.deepEqual(described.default, value, path.join('.'));
    }
  });

  const ACCEPTED = [
    'proxy:',
    'proxy: {container: {env: }}',
    'proxy: {uid: namespace}',
    'proxy: {drainSeconds: 20}',
    'redirect: {skipInboundPorts: [22, "8000-8100"], skipOutboundCidrs: 10.0.0.0/8}',
    'namespaces: {shop: {annotations: {proxy-injection: disabled}}}',
    'pod: {labels: {a: b}, annotations: {c: }}',
    'manifests: {kinds: [{group: example.com, kind: Workload, templates: [spec.template]}]}',
  ];
  for (const text of ACCEPTED) {
    it(`accepts ${text}`, () => {
      assert.deepEqual(problems(text), []);
      assert.ok(isAccepted(text));
    });
  }

  const REJECTED: readonly (readonly [text: string, where: string])[] = [
    ['redirects: {}', ''],
    ['proxy: {ports: 1}', '/proxy'],
    ['proxy: []', '/proxy'],
    ['ineligiblePods: refuse', '/ineligiblePods'],
    ['proxy: {tcpPort: 0}', '/proxy/tcpPort'],
    ['proxy: {tcpPort: "5054"}', '/proxy/tcpPort'],
    ['proxy: {uid: root}', '/proxy/uid'],
    ['proxy: {image: "not an image"}', '/proxy/image'],
    ['proxy: {preset: nginx}', '/proxy/preset'],
    ['proxy: {mode: sidecar}', '/proxy/mode'],
    ['proxy: {container: {name: mine}}', '/proxy/container'],
    ['proxy: {logLevel: 3}', '/proxy/logLevel'],
    ['proxy: {container: {resources: {requests: [cpu]}}}', '/proxy/container/resources/requests'],
    ['proxy: {container: {env: [{value: nameless}]}}', '/proxy/container/env/0'],
    ['redirect: {skipInboundPorts: [ssh]}', '/redirect/skipInboundPorts/0'],
    ['redirect: {skipInboundPorts: [ ]}\nexcludedNamespaces: [Shop]', '/excludedNamespaces/0'],
    ['excludedNamespaces: [null]', '/excludedNamespaces/0'],
    ['allowedOverrides: [colour]', '/allowedOverrides/0'],
    ['pod: {volumes: [{emptyDir: {}}]}', '/pod/volumes/0'],
    ['pod: {imagePullSecrets: [{name: a, namespace: b}]}', '/pod/imagePullSecrets/0'],
    ['log: {level: verbose}', '/log/level'],
    ['shutdown: {drainSeconds: 2.5}', '/shutdown/drainSeconds'],
    ['foreignProxies: [{containers: [a]}]', '/foreignProxies/0'],
  ];
  for (const [text, where] of REJECTED) {
    it(`rejects ${text.replaceAll('\n', '; ')}`, () => {
      const found = problems(text);
      assert.ok(
        found.some((problem) => problem.startsWith(`${where}: `)),
        found.join('\n'),
      );
      assert.ok(!isAccepted(text));
    });
  }
});
