import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { ROOT } from '../../tools/checkout.js';
import { trackedFiles } from '../../tools/tracked-files.js';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const manifest = JSON.parse(read('package.json'));
/** The address of the project, which package.json says first. */
const REPOSITORY = manifest.repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
const [, OWNER = ''] = /^https:\/\/github\.com\/([^/]+)\/[^/]+$/.exec(REPOSITORY) ?? [];
const TEXTS = trackedFiles().filter((path) => /\.(md|ts|sh|ya?ml|json)$|\/run$/.test(path));

describe('the address of the repository', () => {
  it('is the same in package.json', () => {
    assert.equal(manifest.bugs, `${REPOSITORY}/issues`);
    assert.equal(manifest.homepage, `${REPOSITORY}#readme`);
  });

  it('is the same in Chart.yaml', () => {
    const { home, sources, maintainers, icon } = parse(read('helm/proxy-injector/Chart.yaml'));
    assert.deepEqual([home, sources], [REPOSITORY, [REPOSITORY]]);
    assert.deepEqual(maintainers, [{ name: 'The proxy-injector maintainers', url: REPOSITORY }]);
    const raw = `${REPOSITORY.replace('//github.com/', '//raw.githubusercontent.com/')}/main/`;
    assert.ok(icon.startsWith(raw), icon);
    assert.ok(existsSync(join(ROOT, icon.slice(raw.length))), icon);
  });

  it('is the same in the labels of the images', () => {
    const sources = [...read('Dockerfile').matchAll(/image\.source="([^"]*)"/g)].map(([, source]) => source);
    assert.deepEqual(sources, [REPOSITORY, REPOSITORY, REPOSITORY]);
  });

  it('is the same in every file that links to it', () => {
    const links = TEXTS.flatMap((path) =>
      [...read(path).matchAll(/https:\/\/github\.com\/[\w.-]+\/proxy-injector\b/g)].map(([link]) => ({
        path,
        link,
      })),
    );
    assert.deepEqual(
      links,
      links.map(({ path }) => ({ path, link: REPOSITORY })),
    );
  });

  it('names the owner in CODEOWNERS', () => {
    const owners = new Set(read('.github/CODEOWNERS').match(/(?<=\s)@[\w-]+/g));
    assert.deepEqual([...owners], [`@${OWNER}`]);
  });
});

describe('the issue forms', () => {
  const folder = '.github/ISSUE_TEMPLATE';
  for (const file of readdirSync(join(ROOT, folder)).filter((name) => name !== 'config.yml')) {
    it(`${file} has a name, a description, and fields with unique ids`, () => {
      const { name, description, body } = parse(read(join(folder, file)));
      assert.ok(name && description);
      const ids = body
        .filter(({ type }: { type: string }) => type !== 'markdown')
        .map(({ id }: { id: string }) => id);
      assert.deepEqual(
        ids,
        [...new Set(ids)].filter((id) => id !== undefined),
      );
    });
  }
});

describe('the npm scripts', () => {
  it('that a file names are in package.json', () => {
    const unknown = TEXTS.flatMap((path) =>
      [...read(path).matchAll(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g)]
        .filter(([, script = '']) => !Object.hasOwn(manifest.scripts, script))
        .map(([command]) => `${path}: ${command}`),
    );
    assert.deepEqual(unknown, []);
  });
});

describe('CONTRIBUTING.md', () => {
  const text = read('CONTRIBUTING.md');

  it('names only files that exist', () => {
    const paths = [...text.matchAll(/`((?:src|test|tools|docs|helm)\/[\w./-]*)`/g)].map(
      ([, path = '']) => path,
    );
    assert.notEqual(paths.length, 0);
    assert.deepEqual(
      paths.filter((path) => !existsSync(join(ROOT, path))),
      [],
    );
  });

  it('names every npm script', () => {
    const scripts = Object.keys(manifest.scripts).filter((script) => !script.startsWith('pre'));
    const named = (script: string) => new RegExp(`npm (run )?${script}\\b`).test(text);
    assert.deepEqual(
      scripts.filter((script) => !named(script)),
      [],
    );
  });
});

describe('the pages in the root folder', () => {
  for (const page of ['CONTRIBUTING.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md']) {
    it(`${page} links only to files that exist`, () => {
      const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);
      assert.deepEqual(
        links.filter((link) => !existsSync(join(ROOT, link))),
        [],
      );
    });
  }
});

describe('nest-cli.json', () => {
  it('has `nest build` run npm run build', () => {
    const { builder } = JSON.parse(read('nest-cli.json')).compilerOptions;
    assert.match(read(builder.options.configPath), /'npm run build'/);
  });

  it('leaves the Nest CLI a TypeScript with a compiler API', () => {
    // The Nest CLI prefers the project's package `typescript` to its own, and TypeScript 7.0 has no API: hence the
    // alias in package.json.
    const require = createRequire(join(ROOT, 'package.json'));
    const hasApi = () => typeof require('typescript').getParsedCommandLineOfConfigFile === 'function';
    assert.ok(!existsSync(join(ROOT, 'node_modules', 'typescript')) || hasApi());
  });
});
