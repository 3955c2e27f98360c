import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { ROOT } from '../../tools/checkout.js';
import { writeKrewManifest } from '../../tools/release/artifacts/krew.js';
import { PACKAGE_NAME } from '../../tools/release/artifacts/npm/manifest.js';
import { writeNpmPackage } from '../../tools/release/artifacts/npm/npm-package.js';
import { packagesIn } from '../support/bundle.js';
import { runProgram, temporaryFolder } from './command-line.js';
import { deployment } from './sample-manifests.js';

const archive = writeNpmPackage(temporaryFolder());

/** An empty project with the package, installed without a network. */
const project = temporaryFolder();
writeFileSync(join(project, 'package.json'), '{}');
const env = { HOME: project, npm_config_offline: 'true' };
execFileSync('npm', ['install', '--no-audit', '--no-fund', archive], {
  cwd: project,
  env: { PATH: process.env.PATH, ...env },
});
const installed = join(project, 'node_modules', PACKAGE_NAME);
const npx = (args: readonly string[], stdin = '') =>
  runProgram('npx', [PACKAGE_NAME, ...args], { cwd: project, env, stdin });

describe('the npm package', () => {
  it('is the same bytes each time', () => {
    assert.ok(readFileSync(archive).equals(readFileSync(writeNpmPackage(temporaryFolder()))));
  });

  it('has no dependencies and runs no scripts', () => {
    const { dependencies, scripts, name, version, publishConfig } = JSON.parse(
      readFileSync(join(installed, 'package.json'), 'utf8'),
    );
    assert.deepEqual(
      [dependencies, scripts, name, version],
      [undefined, undefined, PACKAGE_NAME, PRODUCT_VERSION],
    );
    assert.deepEqual(publishConfig, { access: 'public', provenance: true });
    assert.deepEqual(
      readdirSync(join(project, 'node_modules')).filter((file) => !file.startsWith('.')),
      ['@proxy-injector'],
    );
  });

  it('holds the bundle, without source maps, and what a reader of the package needs', () => {
    assert.deepEqual(readdirSync(installed).sort(), [
      'LICENSE',
      'README.md',
      'THIRD-PARTY-LICENSES',
      'dist',
      'package.json',
    ]);
    const files = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
    assert.deepEqual(
      files(join(installed, 'dist')),
      files(join(ROOT, 'dist')).filter((file) => !file.endsWith('.map')),
    );
  });

  it('names the license of every package in the bundle', () => {
    const text = readFileSync(join(installed, 'THIRD-PARTY-LICENSES'), 'utf8');
    const named = [...text.matchAll(/^=+\n(\S+) \S+, \S.*\n=+$/gm)].map(([, name]) => name);
    const files = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' });
    const bundled = files
      .filter((file) => file.endsWith('.js'))
      .flatMap((file) => packagesIn(join(ROOT, 'dist', file)));
    assert.ok(bundled.includes('@nestjs/core'), bundled.join());
    assert.deepEqual(named, [...new Set(bundled)].sort());
  });
});

describe('npx @proxy-injector/cli', () => {
  it('prints its help', async () => {
    const { code, stdout } = await npx(['--help']);
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: proxy-injector /);
  });

  it('injects', async () => {
    const { code, stdout } = await npx(['inject', '-f', '-'], deployment('web'));
    assert.equal(code, 0);
    assert.match(stdout, /name: proxy-sidecar/);
  });

  it('explains', async () => {
    const { code, stdout } = await npx(['explain', '-f', '-'], deployment('web'));
    assert.equal(code, 0);
    assert.match(stdout, /deployment\/web/);
  });

  it('checks configurations', async () => {
    writeFileSync(join(project, 'config.yaml'), 'ineligiblePods: admit\n');
    const { code, stdout } = await npx(['config', 'check', 'config.yaml']);
    assert.equal(code, 0);
    assert.match(stdout, /^config\.yaml: valid /);
  });

  it('starts the webhook', async () => {
    const { code, stdout } = await npx(['serve', '--help']);
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: proxy-injector serve/);
  });
});

describe('the commands of the npm package', () => {
  const command = (name: string) => join(project, 'node_modules', '.bin', name);

  it('are also the plugin of kubectl and its completion', async () => {
    const help = await runProgram(command('kubectl-proxy_injector'), ['status', '--help'], { env });
    assert.match(help.stdout, /^Usage: kubectl proxy-injector status /);
    const completion = await runProgram(command('kubectl_complete-proxy_injector'), ['stat'], { env });
    assert.match(completion.stdout, /^status\b/);
  });

  it('exist for every name in package.json', () => {
    const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const name of Object.keys(bin)) assert.ok(existsSync(command(name)), name);
  });
});

describe('the archive as a plugin of Krew', () => {
  it('holds the executable that the manifest names, and a license, and runs as Krew links it', async () => {
    const folder = temporaryFolder();
    const manifest = parse(readFileSync(writeKrewManifest(PRODUCT_VERSION, archive, folder), 'utf8'));
    execFileSync('tar', ['-xzf', archive, '-C', folder]);
    assert.ok(existsSync(join(folder, 'package', 'LICENSE')));
    const link = join(folder, 'kubectl-proxy_injector');
    symlinkSync(join(folder, manifest.spec.platforms[0].bin), link);
    const { code, stdout } = await runProgram(link, ['explain', '-f', '-'], { stdin: deployment('web') });
    assert.equal(code, 0);
    assert.match(stdout, /deployment\/web/);
  });
});
