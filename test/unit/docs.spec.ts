import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { loadConfiguration } from '../../src/config/load.js';
import { REASONS } from '../../src/core/decision/reasons.js';
import { ERROR_REASONS } from '../../src/review/admission-error.js';
import { ROOT } from '../../tools/checkout.js';
import { PAGES, regenerated } from '../../tools/docs/blocks.js';
import { chartFiles } from '../../tools/docs/chart/chart-files.js';
import { schemaFile } from '../../tools/docs/schema-file.js';
import { trackedFiles } from '../../tools/tracked-files.js';

const docs = markdownFiles('docs', { recursive: true });
/** Every page: the docs, the chart's README, and what lies at the top, such as CONTRIBUTING.md. */
const pages = [...docs, ...markdownFiles('.'), join(ROOT, 'helm/proxy-injector/README.md')];
/** Folders and files that name pages, such as `docs/decisions/0009-ship-a-bundle.md`. */
const NAMING = ['helm', 'proxy-init', 'src', 'test', 'tools'];

describe('the docs', () => {
  for (const page of PAGES) {
    it(`${nameOf(page)} is current (npm run docs updates it)`, async () => {
      assert.equal(readFileSync(page, 'utf8'), await regenerated(page));
    });
  }

  for (const { path, text } of [...chartFiles(), schemaFile()]) {
    it(`${nameOf(path)} is current (npm run docs updates it)`, () => {
      assert.equal(readFileSync(path, 'utf8'), text);
    });
  }

  for (const page of pages) {
    it(`${nameOf(page)} has no broken links`, () => {
      assert.deepEqual(brokenLinks(page), []);
    });
  }

  it('docs/README.md links to every page', () => {
    const index = join(ROOT, 'docs/README.md');
    const linked = linksOf(index).map((link) => join(dirname(index), fileOf(link)));
    assert.deepEqual(docs.filter((page) => page !== index && !linked.includes(page)).map(nameOf), []);
  });

  it('are named by paths that exist', () => {
    const files = NAMING.flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(folder, file),
      ),
    ).filter((file) => /\.(ts|js|mjs|sh|yaml|json|tpl|txt)$/.test(file));
    const missing = files.flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?<![\w./])docs\/[\w./-]+\.md/g)]
        .filter(([path]) => !existsSync(join(ROOT, path)))
        .map(([path]) => `${file}: ${path}`),
    );
    assert.deepEqual(missing, []);
  });

  it('run the command line by its name on npm, except where a checkout was just built', () => {
    const texts = trackedFiles().filter((path) => /\.(md|ya?ml|txt|tpl)$|^src\/.*\.ts$/.test(path));
    const unscoped = texts.flatMap((path) =>
      readFileSync(join(ROOT, path), 'utf8')
        .split(/^#{1,6} /m)
        .filter((section) => /\bnpx proxy-injector\b/.test(section) && !/npm run build/.test(section))
        .map((section) => `${path}: ${section.split('\n')[0]}`),
    );
    assert.deepEqual(unscoped, []);
  });

  it('docs/guides/configuration.md shows a valid configuration', () => {
    const page = readFileSync(join(ROOT, 'docs/guides/configuration.md'), 'utf8');
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const file = join(mkdtempSync(join(tmpdir(), 'docs-')), 'config.yaml');
    writeFileSync(file, yaml);
    assert.equal(loadConfiguration({ INJECTOR_CONFIG: file }).configuration.proxy.mode, 'native');
  });
});

describe('docs/reference/reasons.md', () => {
  const page = readFileSync(join(ROOT, 'docs/reference/reasons.md'), 'utf8');

  it('has a heading for every reason, in the order of the table, and no other', () => {
    const headings = [...page.matchAll(/^### `(.*)`$/gm)].map(([, reason]) => reason);
    assert.deepEqual(headings, Object.keys(REASONS));
  });

  it('lists every error and no other', () => {
    const [, errors = ''] = page.split('\n## Errors\n');
    const rows = [...errors.matchAll(/^\| `(.*?)` \|/gm)].map(([, reason]) => reason);
    assert.deepEqual(rows.sort(), [...ERROR_REASONS].sort());
  });
});

describe('anchors', () => {
  it('are made of headings as on GitHub', () => {
    const text = '# A `b-c`: *d*, e_f & [g](h.md)\n```\n# not a heading\n```\n## Twice\n## Twice\n';
    assert.deepEqual(anchorsOf(text), ['a-b-c-d-e_f--g', 'twice', 'twice-1']);
  });
});

function markdownFiles(folder: string, options: { recursive?: boolean } = {}): string[] {
  const files = readdirSync(join(ROOT, folder), { ...options, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.md')).map((file) => join(ROOT, folder, file));
}

function nameOf(page: string): string {
  return relative(ROOT, page);
}

/** The links of a page within the repository, as written. */
function linksOf(page: string): string[] {
  const text = withoutCode(readFileSync(page, 'utf8'));
  return [...text.matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(([, link = '']) => link);
}

/** The links that lead to no file or to no heading of it. */
function brokenLinks(page: string): string[] {
  return linksOf(page).filter((link) => {
    const path = fileOf(link);
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(target)) return true;
    const [, anchor] = link.split('#');
    return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
  });
}

function fileOf(link: string): string {
  return link.replace(/#.*/, '');
}

/** The anchors that GitHub gives to the headings of a page: github.com/Flet/github-slugger. */
function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

/** A page without its code blocks. */
function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}
