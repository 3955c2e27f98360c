import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { packagesIn } from '../support/bundle.js';
import { ended, MAIN, proxyInjector, temporaryFolder } from './command-line.js';
import { deployment } from './sample-manifests.js';

/** The packages that a run loads: V8 lists every file in its coverage, and those of `dist` say at their head what is in them. */
async function packagesOf(args: readonly string[], stdin = ''): Promise<string[]> {
  const NODE_V8_COVERAGE = mkdtempSync(join(tmpdir(), 'modules-'));
  await proxyInjector(args, { stdin, env: { NODE_V8_COVERAGE } });
  const files = readdirSync(NODE_V8_COVERAGE).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(NODE_V8_COVERAGE, file), 'utf8')) as {
      result: { url: string }[];
    };
    return result.filter(({ url }) => url.startsWith('file:')).map(({ url }) => fileURLToPath(url));
  });
  assert.ok(files.includes(MAIN), files.join());
  return [...new Set(files.flatMap(packagesIn))].sort();
}

describe('the help', () => {
  it('loads the parser of arguments and no other package', async (t) => {
    assert.deepEqual(await packagesOf(['--help']), ['commander']);
    const start = performance.now();
    await proxyInjector(['--help']);
    t.diagnostic(`--help takes ${Math.round(performance.now() - start)} ms`);
  });

  it('of a command does so too', async () => {
    assert.deepEqual(await packagesOf(['inject', '--help']), ['commander']);
  });

  it('of a command ends with examples', async () => {
    const { stdout } = await proxyInjector(['uninject', '--help']);
    assert.match(
      stdout,
      /\nExamples:\n {2}# What would change\n {2}proxy-injector uninject --diff -f injected\.yaml\n/,
    );
  });

  it('is the only thing that a wrong command line is told to look at', async () => {
    const { code, stdout, stderr } = await proxyInjector(['inject', '--in-plaice']);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, /unknown option '--in-plaice'\n\(Did you mean --in-place\?\)/);
    assert.match(stderr, /--help/);
  });

  it('comes with 2 where no command is given', async () => {
    const { code, stdout, stderr } = await proxyInjector([]);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, /^Usage: proxy-injector/);
  });

  it('tells the exit codes and the version', async () => {
    assert.match((await proxyInjector(['--help'])).stdout, /Exit codes:\n {2}0 /);
    assert.equal((await proxyInjector(['--version'])).stdout, `${PRODUCT_VERSION}\n`);
  });

  it('is there by npx in the repository', async () => {
    const root = join(MAIN, '..', '..', '..');
    const { code, stdout } = await ended('npx', ['proxy-injector', '--help'], {
      cwd: root,
      env: { HOME: temporaryFolder(), npm_config_offline: 'true' },
    });
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: proxy-injector/);
  });
});

/** What reads a command line, a configuration and manifests. */
const PARSERS = [
  'class-transformer',
  'class-validator',
  'commander',
  'ipaddr.js',
  'reflect-metadata',
  'yaml',
];

describe('a command', () => {
  it('loads what reads configurations and manifests, and no other package', async (t) => {
    const start = performance.now();
    const loaded = await packagesOf(['inject', '-f', '-'], deployment('web'));
    t.diagnostic(`inject of one manifest takes ${Math.round(performance.now() - start)} ms`);
    assert.deepEqual(loaded, PARSERS);
  });

  it('takes a file of 5 MB', async (t) => {
    const data = `apiVersion: v1\nkind: ConfigMap\ndata: {text: ${'x'.repeat(4800)}}\n`;
    const stdin = `${deployment('web')}---\n${data}---\n`.repeat(1000);
    const start = performance.now();
    const { code, stdout } = await proxyInjector(['inject', '-f', '-'], { stdin });
    t.diagnostic(`inject of ${stdin.length} bytes takes ${Math.round(performance.now() - start)} ms`);
    assert.equal(code, 0);
    assert.equal(stdout.match(/name: proxy-sidecar/g)?.length, 1000);
  });

  it('never loads Nest, and class-validator only in parts', async () => {
    const loaded = await packagesOf(['config', 'show']);
    assert.deepEqual(
      loaded.filter((name) => name.startsWith('@nestjs') || name === 'libphonenumber-js'),
      [],
    );
  });
});
