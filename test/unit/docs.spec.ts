import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { loadConfiguration } from '../../src/config/load.js';
import { ROOT } from '../../tools/checkout.js';
import { PAGES, regenerated } from '../../tools/docs/blocks.js';
import { chartFiles } from '../../tools/docs/chart/chart-files.js';

const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) =>
  join(ROOT, 'docs', file),
);
const pages = [...docs, join(ROOT, 'README.md'), join(ROOT, 'CHANGELOG.md')].filter((file) =>
  file.endsWith('.md'),
);

describe('the docs', () => {
  for (const page of PAGES) {
    it(`${page.slice(ROOT.length + 1)} holds what the code says (npm run docs writes it)`, async () => {
      assert.equal(readFileSync(page, 'utf8'), await regenerated(page));
    });
  }

  for (const { path, text } of chartFiles()) {
    it(`${path.slice(ROOT.length + 1)} holds what its comments and the settings say (npm run docs writes it)`, () => {
      assert.equal(readFileSync(path, 'utf8'), text);
    });
  }

  it('README.md shows a configuration that is valid', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
    const file = join(mkdtempSync(join(tmpdir(), 'readme-')), 'config.yaml');
    writeFileSync(file, yaml);
    assert.equal(loadConfiguration({ INJECTOR_CONFIG: file }).configuration.proxy.mode, 'native');
  });

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
