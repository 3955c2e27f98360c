import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../checkout.js';
import { trackedFiles } from '../tracked-files.js';
import { releasedVersions, withRelease } from './changelog.js';
import { withVersion } from './mentions.js';
import { compareVersions, isVersion } from './version.js';

/** `npm run release -- X.Y.Z`: sets the version everywhere and dates the changelog. Neither commits nor publishes. */
function main([version = '', ...rest]: readonly string[]): void {
  if (!isVersion(version) || rest.length > 0) {
    throw new Error('usage: npm run release -- VERSION, such as 1.2.3 or 1.2.3-rc.1');
  }
  const manifest = JSON.parse(read('package.json'));
  const changelog = read('CHANGELOG.md');
  const released = releasedVersions(changelog).includes(manifest.version);
  const order = compareVersions(version, manifest.version);
  // The first release may be the version that package.json has named all along.
  if (order < 0 || (order === 0 && released)) {
    throw new Error(`expected a version greater than ${manifest.version}, got ${version}`);
  }
  if (output('git', 'status', '--porcelain') !== '') {
    throw new Error('the work tree has changes: commit or stash them first');
  }
  const repository = manifest.homepage.replace(/#.*/, '');
  write('CHANGELOG.md', withRelease(changelog, version, today(), repository));
  run('npm', 'version', version, '--no-git-tag-version', '--allow-same-version');
  for (const path of trackedFiles().filter((path) => !path.endsWith('.png'))) {
    const text = read(path);
    const changed = withVersion(path, text, version);
    if (changed !== text) write(path, changed);
  }
  run('npm', 'run', '--silent', 'docs');
  run('npm', 'run', '--silent', 'update');
  console.log(`
Everything names ${version}. Next:
  git diff
  npm test
  git commit --all --message 'Release ${version}'
  git tag --annotate v${version} --message 'Release ${version}'`);
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function write(path: string, text: string): void {
  writeFileSync(join(ROOT, path), text);
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { cwd: ROOT, stdio: 'inherit' });
}

function output(command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd: ROOT, encoding: 'utf8' });
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(`release: ${(error as Error).message}`);
  process.exitCode = 1;
}
