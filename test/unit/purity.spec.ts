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

describe('the version', () => {
  it('is the one of package.json', () => {
    assert.equal(PRODUCT_VERSION, JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version);
  });
});
