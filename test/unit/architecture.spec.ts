import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PRODUCT_VERSION } from '../../src/core/version.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const CORE = join(ROOT, 'src', 'core');
const files = readdirSync(CORE).filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
const sources = files.map((file) => ({ file, source: readFileSync(join(CORE, file), 'utf8') }));

describe('src/core', () => {
  for (const { file, source } of sources) {
    it(`${file} imports only from the core, and ipaddr.js`, () => {
      const imported = [...source.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name]) => name ?? '');
      assert.deepEqual(
        imported.filter((name) => !/^\.\/[\w-]+\.js$/.test(name) && name !== 'ipaddr.js'),
        [],
      );
    });

    it(`${file} asks neither the clock, nor chance, nor the environment`, () => {
      assert.doesNotMatch(
        source,
        /\b(Date|process|performance|Math\.random|setTimeout|console|fetch|require)\b\s*[.(]/,
      );
    });

    it(`${file} keeps no state of its own`, () => {
      assert.doesNotMatch(source, /^(let|var) /m);
    });
  }
});

/** Which folders of `src` a folder may import from; a core that nobody else is under, and no way round in a circle. */
const FOLDERS: { readonly [folder: string]: readonly string[] } = {
  core: [],
  manifests: ['core'],
  files: [],
  cluster: [],
  config: ['core', 'cluster', 'files', 'observability'],
  observability: ['core'],
  shutdown: ['config', 'observability'],
  tls: ['config', 'files', 'observability'],
  namespaces: ['core', 'cluster', 'config', 'observability'],
  admission: ['core', 'config', 'namespaces', 'observability', 'shutdown', 'tls'],
  cli: ['admission', 'config', 'core', 'manifests'],
};

describe('the folders of src', () => {
  const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );

  it('are all in this table', () => {
    assert.deepEqual(folders.map(({ name }) => name).sort(), Object.keys(FOLDERS).sort());
  });

  for (const [folder, allowed] of Object.entries(FOLDERS)) {
    it(`${folder} imports only from ${allowed.join(', ') || 'itself'}`, () => {
      const directory = join(ROOT, 'src', folder);
      const files = readdirSync(directory).filter(
        (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
      );
      const imported = files.flatMap((file) =>
        [...readFileSync(join(directory, file), 'utf8').matchAll(/'\.\.\/([\w-]+)\//g)].map(
          ([, name]) => name ?? '',
        ),
      );
      assert.deepEqual(
        [...new Set(imported)].filter((name) => !allowed.includes(name)),
        [],
      );
    });
  }
});

describe('the version', () => {
  it('is the one of package.json', () => {
    assert.equal(PRODUCT_VERSION, JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version);
  });
});
