import assert from 'node:assert/strict';
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';
import { packagesIn } from '../support/bundle.js';
import { Image } from '../support/containers/image.js';
import { INJECTOR } from './injector-container.js';

const APP = join(INJECTOR.rootfs, 'app');
const { version } = json(join(ROOT, 'package.json'));

// biome-ignore lint/suspicious/noExplicitAny: package.json and package-lock.json
function json(file: string): any {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The regular files under a directory, as relative paths. */
function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
}

function sizeOf(directory: string): number {
  return filesIn(directory).reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);
}

/** The packages in package-lock.json that are needed at run time, as `path@version`. */
function productionPackages(): string[] {
  const { packages } = json(join(ROOT, 'package-lock.json'));
  return Object.entries(
    packages as { [path: string]: { version: string; dev?: boolean; optional?: boolean } },
  )
    .filter(([path, { dev, optional }]) => path !== '' && !dev && !optional)
    .map(([path, { version }]) => `${path}@${version}`);
}

/** The packages in the image, as `path@version`. */
function installedPackages(): string[] {
  return filesIn(APP)
    .filter((file) => /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(file))
    .map((file) => `${file.slice(0, -'/package.json'.length)}@${json(join(APP, file)).version}`);
}

describe('the image injector', () => {
  it('contains only the service, its packages, package.json, and the license', () => {
    assert.deepEqual(readdirSync(APP).sort(), ['LICENSE', 'dist', 'node_modules', 'package.json']);
    const others = filesIn(join(APP, 'dist')).filter(
      (file) => !/\.js(\.map)?$/.test(file) || /\.spec\./.test(file),
    );
    assert.deepEqual(others, ['package.json']); // declares CommonJS
  });

  it('contains exactly the run-time packages of package-lock.json', () => {
    assert.deepEqual(installedPackages().sort(), productionPackages().sort());
  });

  it('bundles no other packages', () => {
    const production = productionPackages().map((entry) =>
      entry.replace(/^.*node_modules\//, '').replace(/@[^@]*$/, ''),
    );
    const bundled = filesIn(join(APP, 'dist')).flatMap((file) => packagesIn(join(APP, 'dist', file)));
    assert.ok(bundled.includes('@nestjs/core'));
    assert.deepEqual(
      bundled.filter((name) => !production.includes(name)),
      [],
    );
  });

  it('contains no executable but Node: no shell, no package manager', () => {
    const programs = filesIn(INJECTOR.rootfs).filter((file) => {
      const isExecutable = (statSync(join(INJECTOR.rootfs, file)).mode & 0o111) !== 0;
      return isExecutable && !file.startsWith('app/') && !/\.so(\.\d+)*$/.test(file);
    });
    assert.deepEqual(programs, ['nodejs/bin/node']);
  });

  it('contains no files that its user can change, except the directories of the base image for it', () => {
    const paths = readdirSync(INJECTOR.rootfs, { recursive: true, encoding: 'utf8' });
    const changeable = paths.filter((path) => {
      const status = lstatSync(join(INJECTOR.rootfs, path));
      const isOwn = status.uid === 65532 || status.gid === 65532;
      return !status.isSymbolicLink() && (isOwn || (status.mode & 0o002) !== 0);
    });
    assert.deepEqual(changeable.sort(), ['home/nonroot', 'tmp']);
  });

  it('runs as a non-root user, in production, on the webhook and management ports', () => {
    const { User, Env, ExposedPorts } = INJECTOR.config;
    assert.equal(User, '65532:65532');
    assert.ok(Env.includes('NODE_ENV=production'));
    assert.deepEqual(Object.keys(ExposedPorts ?? {}).sort(), ['8080/tcp', '9443/tcp']);
  });

  it('starts with the flags of npm start', () => {
    const { Entrypoint, Cmd = [] } = INJECTOR.config;
    const command = [...Entrypoint, ...Cmd].join(' ');
    const start: string = json(join(ROOT, 'package.json')).scripts.start;
    assert.equal(command, start.replace('exec node', '/nodejs/bin/node'));
  });
});

/** The numbers in a row of docs/guides/images.md, in bytes: one per image. */
function documented(row: string): number[] {
  const page = readFileSync(join(ROOT, 'docs', 'guides', 'images.md'), 'utf8');
  const [, cells = ''] = new RegExp(`^\\| ${row} \\|(.*)$`, 'm').exec(page) ?? [];
  return [...cells.matchAll(/([\d.]+) MB/g)].map(([, megabytes]) => Number(megabytes) * 1e6);
}

function assertAbout(documented: number | undefined, measured: number): void {
  const isClose = documented !== undefined && Math.abs(documented - measured) < measured / 10;
  assert.ok(isClose, `docs/guides/images.md: expected about ${measured} bytes, got ${documented}`);
}

for (const [column, image] of [INJECTOR, new Image('proxy-init')].entries()) {
  describe(`the size of the image ${image.target}`, () => {
    it('is within 10 % of the size in docs/guides/images.md', () => {
      assertAbout(documented('size, compressed')[column], image.compressedSize);
      assertAbout(documented('size, unpacked')[column], sizeOf(image.rootfs));
    });
  });

  describe(`the labels of the image ${image.target}`, () => {
    it('have a title, a description, and the version and license of package.json', () => {
      const { Labels } = image.config;
      const prefix = 'org.opencontainers.image';
      assert.equal(Labels[`${prefix}.version`], version);
      assert.equal(Labels[`${prefix}.licenses`], json(join(ROOT, 'package.json')).license);
      assert.ok(Labels[`${prefix}.title`] && Labels[`${prefix}.description`]);
    });
  });
}
