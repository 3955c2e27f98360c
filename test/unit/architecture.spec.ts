import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';

const SRC = join(ROOT, 'src');

/** The layers: every folder of `src`, and which other folders its files may import from. */
const LAYERS: { readonly [folder: string]: readonly string[] } = {
  '.': [
    'admission',
    'config',
    'connections',
    'observability',
    'observability/log',
    'observability/metrics',
    'observability/traces',
    'shutdown',
    'tls',
  ],
  agent: [
    'agent/nri',
    'agent/redirects',
    'connections',
    'core',
    'observability/log',
    'observability/metrics',
  ],
  connections: [],
  'agent/nri': [],
  'agent/redirects': ['agent', 'agent/nri', 'core/pod', 'core/redirect'],
  cli: ['cli/commands', 'cli/output', 'config', 'core'],
  'cli/commands': [
    '.',
    'agent',
    'cli',
    'cli/check',
    'cli/cluster',
    'cli/cluster/connection',
    'cli/cluster/injector',
    'cli/cluster/live',
    'cli/cluster/restart',
    'cli/cluster/status',
    'cli/completion',
    'cli/explain',
    'cli/input',
    'cli/output',
    'cli/selection',
    'config',
    'config/json-schema',
    'core',
    'core/decision',
    'core/patch',
    'core/redirect',
    'core/settings',
    'core/values',
    'manifests',
    'manifests/tree',
    'policy',
    'policy/objects',
  ],
  'cli/completion': [],
  'cli/check': [
    'cli',
    'cli/check/checks',
    'cli/cluster',
    'cli/cluster/injector',
    'cli/output',
    'cli/selection',
    'core/values',
  ],
  'cli/check/checks': [
    'cli',
    'cli/check',
    'cli/cluster',
    'cli/cluster/injector',
    'cli/cluster/status',
    'cli/selection',
    'config',
    'core',
    'core/pod',
    'core/values',
  ],
  'cli/cluster': ['cli', 'cli/cluster/connection', 'cluster', 'core/values'],
  'cli/cluster/connection': ['cli', 'cluster', 'core/values'],
  'cli/cluster/live': [
    'cli',
    'cli/cluster',
    'cli/cluster/status',
    'cli/output',
    'cli/selection',
    'core/values',
    'manifests',
  ],
  'cli/cluster/restart': ['cli', 'cli/cluster', 'cli/cluster/status', 'cli/output', 'core/values'],
  'cli/cluster/status': [
    'cli',
    'cli/cluster',
    'cli/cluster/injector',
    'cli/output',
    'cli/selection',
    'core',
    'core/decision',
    'core/patch',
    'core/pod',
    'core/values',
    'manifests/edit',
  ],
  'cli/cluster/injector': [
    'cli',
    'cli/cluster',
    'cli/cluster/connection',
    'cli/output',
    'config',
    'config/schema',
    'config/sources',
    'core',
    'core/patch',
    'core/pod',
    'core/values',
    'policy',
  ],
  'cli/explain': [
    'cli',
    'cli/cluster/live',
    'cli/input',
    'cli/output',
    'cli/selection',
    'config/sources',
    'core/decision',
    'core/patch',
    'core/pod',
    'core/redirect',
    'core/settings',
    'core/values',
    'manifests',
  ],
  'cli/input': [
    'cli',
    'cli/cluster/connection',
    'cli/cluster/injector',
    'cli/selection',
    'config',
    'config/schema',
    'config/sources',
    'core',
    'core/decision',
    'core/patch',
    'core/settings',
    'core/values',
    'manifests',
    'manifests/tree',
    'review',
  ],
  'cli/output': ['cli', 'cli/input'],
  'cli/selection': ['cli/cluster/injector', 'core/decision', 'core/pod', 'core/values'],
  admission: [
    'config',
    'connections',
    'core',
    'core/decision',
    'core/values',
    'namespaces',
    'namespaces/lookups',
    'observability/events',
    'observability/health',
    'observability/log',
    'observability/metrics',
    'observability/traces',
    'review',
    'shutdown',
    'tls',
  ],
  namespaces: [
    'cluster',
    'config',
    'core/decision',
    'core/pod',
    'core/values',
    'namespaces/lookups',
    'observability/health',
    'observability/log',
    'observability/metrics',
  ],
  'namespaces/lookups': ['cluster', 'core/values', 'namespaces'],
  tls: ['config', 'files', 'observability/health', 'observability/log', 'observability/metrics'],
  shutdown: ['config', 'observability/health', 'observability/log'],
  config: [
    'cluster',
    'config/container',
    'config/presets',
    'config/schema',
    'config/shape',
    'config/sources',
    'config/volumes',
    'core',
    'core/pod',
    'core/settings',
    'core/values',
    'files',
    'observability/health',
    'observability/log',
    'observability/metrics',
  ],
  'config/json-schema': [
    'config/container',
    'config/schema',
    'config/shape',
    'config/volumes',
    'core/values',
  ],
  'config/container': ['config/schema', 'config/shape', 'core/pod', 'core/settings', 'core/values'],
  'config/presets': ['core/settings', 'core/values'],
  'config/schema': ['cluster', 'config/presets', 'core', 'core/settings', 'core/values'],
  'config/shape': ['config/schema', 'core/values'],
  'config/sources': ['config', 'config/presets', 'config/schema', 'core/values', 'files'],
  'config/volumes': ['config/container', 'config/schema', 'config/shape', 'core/values'],
  observability: [
    'observability/events',
    'observability/health',
    'observability/log',
    'observability/metrics',
    'observability/traces',
  ],
  'observability/events': [
    'cluster',
    'config',
    'core/decision',
    'core/values',
    'observability/log',
    'observability/metrics',
    'review',
  ],
  'observability/health': [],
  'observability/log': [],
  'observability/metrics': ['core', 'core/settings'],
  'observability/traces': ['config', 'config/schema', 'core', 'observability/log', 'observability/metrics'],
  manifests: ['core/patch', 'core/pod', 'core/values', 'manifests/edit', 'manifests/json', 'manifests/tree'],
  'manifests/edit': ['core/patch', 'core/values', 'manifests/json', 'manifests/tree'],
  'manifests/json': ['core/values', 'manifests/tree'],
  'manifests/tree': ['core/values', 'manifests/json'],
  review: ['core/decision', 'core/values'],
  cluster: ['core', 'core/values'],
  files: [],
  policy: [
    'core/decision',
    'core/patch',
    'core/pod',
    'core/settings',
    'core/values',
    'policy/cel',
    'policy/variables',
  ],
  'policy/cel': ['core/values'],
  'policy/mutation': [
    'core/decision',
    'core/patch',
    'core/pod',
    'core/redirect',
    'core/resources',
    'core/settings',
    'policy',
    'policy/cel',
    'policy/variables',
  ],
  'policy/objects': [
    'core/decision',
    'core/patch',
    'core/pod',
    'core/settings',
    'policy',
    'policy/cel',
    'policy/mutation',
    'policy/variables',
  ],
  'policy/variables': [
    'core/decision',
    'core/pod',
    'core/resources',
    'core/settings',
    'core/values',
    'policy',
    'policy/cel',
    'policy/variables/conditions',
  ],
  'policy/variables/conditions': [
    'core/decision/conditions',
    'core/pod',
    'policy',
    'policy/cel',
    'policy/variables',
  ],
  core: ['core/decision', 'core/patch', 'core/settings'],
  'core/decision': ['core/decision/conditions', 'core/pod', 'core/resources', 'core/settings', 'core/values'],
  'core/decision/conditions': ['core/decision', 'core/pod', 'core/settings', 'core/values'],
  'core/patch': ['core/pod', 'core/redirect', 'core/settings', 'core/values'],
  'core/resources': ['core/pod', 'core/settings', 'core/values'],
  'core/settings': ['core/pod', 'core/redirect', 'core/values'],
  'core/redirect': ['core/values'],
  'core/pod': ['core/values'],
  'core/values': [],
};

/** Paths below `src`, with the source and the specifiers of everything the file imports. */
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.(spec|d)\.ts$/.test(file))
  .sort()
  .map((file) => {
    const source = readFileSync(join(SRC, file), 'utf8');
    const specifiers = [...source.matchAll(/(?:from|import\(|import)\s*'([^']+)'/g)].map(
      ([, name]) => name ?? '',
    );
    const imports = specifiers
      .filter((name) => name.startsWith('.'))
      .map((name) => normalize(join(dirname(file), name)).replace(/\.js$/, '.ts'));
    return { file, source, imports, packages: specifiers.filter((name) => !name.startsWith('.')) };
  });

describe('src/core', () => {
  for (const { file, source, packages } of files.filter(({ file }) => file.startsWith('core/'))) {
    it(`${file} imports no package but ipaddr.js`, () => {
      assert.deepEqual(
        packages.filter((name) => name !== 'ipaddr.js'),
        [],
      );
    });

    it(`${file} uses no clock, randomness, environment, or I/O`, () => {
      assert.doesNotMatch(
        source,
        /\b(Date|process|performance|Math\.random|setTimeout|console|fetch|require)\b\s*[.(]/,
      );
    });

    it(`${file} has no module-level state`, () => {
      assert.doesNotMatch(source, /^(let|var) /m);
    });
  }
});

describe('the layers of src', () => {
  it('list every folder', () => {
    const folders = new Set(files.map(({ file }) => dirname(file)));
    assert.deepEqual([...folders].sort(), Object.keys(LAYERS).sort());
  });

  for (const [folder, allowed] of Object.entries(LAYERS)) {
    it(`${folder} imports only from ${allowed.join(', ') || 'itself'}`, () => {
      const inside = files.filter(({ file }) => dirname(file) === folder);
      const folders = new Set(inside.flatMap(({ imports }) => imports.map((file) => dirname(file))));
      folders.delete(folder);
      assert.deepEqual([...folders].sort(), [...allowed].sort());
    });
  }
});

describe('the files of src', () => {
  it('import each other without cycles', () => {
    const imports = new Map(files.map((each) => [each.file, each.imports]));
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      assert.ok(!path.includes(file), [...path, file].join(' -> '));
      if (done.has(file)) return;
      for (const imported of imports.get(file) ?? []) visit(imported, [...path, file]);
      done.add(file);
    };
    for (const { file } of files) visit(file, []);
  });
});
