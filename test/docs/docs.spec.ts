import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { PAGES, regenerated } from './blocks.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) =>
  join(ROOT, 'docs', file),
);
const pages = [...docs, join(ROOT, 'README.md'), join(ROOT, 'CHANGELOG.md')].filter((file) =>
  file.endsWith('.md'),
);

describe('the docs', () => {
  for (const page of PAGES) {
    it(`${page.slice(ROOT.length + 1)} holds what the code says (npm run docs mends it)`, async () => {
      assert.equal(readFileSync(page, 'utf8'), await regenerated(page));
    });
  }

  for (const page of pages) {
    it(`${page.slice(ROOT.length + 1)} links only to files that are there`, () => {
      const links = [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
        ([, link]) => link ?? '',
      );
      assert.deepEqual(
        links.filter((link) => !existsSync(join(dirname(page), link))),
        [],
      );
    });
  }
});
