import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { effectiveText } from './effective.js';
import { loadConfiguration, validateSources } from './load.js';
import { FILE_VARIABLE } from './sources/environment.js';
import { readSources } from './sources/sources.js';

const directory = mkdtempSync(join(tmpdir(), 'effective-'));
const file = join(directory, 'config.yaml');

function effective(yaml: string, env: NodeJS.ProcessEnv = {}): string {
  writeFileSync(file, yaml);
  const sources = readSources({ [FILE_VARIABLE]: file, ...env });
  return effectiveText(validateSources(sources).configuration, sources);
}

describe(effectiveText.name, () => {
  it('shows the origin of each value', () => {
    const yaml = 'proxy:\n  image: proxy:2\n  tcpPort: 1\npod:\n  labels: {a: b}\n';
    const lines = effective(yaml, { INJECTOR_PROXY_TCP_PORT: '7000' }).split('\n');
    const expected = [
      'ineligiblePods: deny # default',
      `  image: proxy:2 # ${file}:2:10`,
      '  imagePullPolicy: # default',
      '  tcpPort: 7000 # INJECTOR_PROXY_TCP_PORT',
      `    # ${file}:5:11`,
      '  annotations: {} # default',
    ];
    assert.deepEqual(
      expected.filter((line) => !lines.includes(line)),
      [],
    );
  });

  it('shows the default of a setting without a value', () => {
    assert.match(
      effective('proxy:\n  image:\n'),
      /image: lorenzotettamanti\/cortexflow-proxy:latest # default/,
    );
  });

  it('is a configuration that loads to the same values', () => {
    const text = effective(
      'proxy: {mode: native}\nredirect: {skipInboundPorts: 80}\npod: {labels: {a: b}}\n',
    );
    const before = loadConfiguration({ [FILE_VARIABLE]: file }).configuration;
    writeFileSync(file, text);
    assert.deepEqual(loadConfiguration({ [FILE_VARIABLE]: file }).configuration, before);
  });

  it("never shows the values of containers' environment variables", () => {
    const env =
      'env: [{name: TOKEN, value: hush}, {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]';
    const text = effective(`proxy:\n  container:\n    ${env}\ninit:\n  container:\n    ${env}\n`);
    assert.doesNotMatch(text, /hush/);
    assert.match(text, /name: TOKEN\n +value: REDACTED/);
    assert.match(text, /fieldPath: status.podIP/);
  });
});
