import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { packagesIn } from '../support/bundle.js';
import { MAIN, proxyInjector, runProgram, temporaryFolder } from './command-line.js';
import { deployment } from './sample-manifests.js';

/** The packages that a run loads: V8's coverage lists the files, and the header of each `dist` file its packages. */
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

describe('--help', () => {
  it('loads no package except commander', async (t) => {
    assert.deepEqual(await packagesOf(['--help']), ['commander']);
    const start = performance.now();
    await proxyInjector(['--help']);
    t.diagnostic(`--help takes ${Math.round(performance.now() - start)} ms`);
  });

  it('loads no package except commander for a subcommand', async () => {
    assert.deepEqual(await packagesOf(['inject', '--help']), ['commander']);
  });

  it('ends with examples for a subcommand', async () => {
    const { stdout } = await proxyInjector(['uninject', '--help']);
    assert.match(
      stdout,
      /\nExamples:\n {2}# Show what would change\n {2}proxy-injector uninject --diff -f injected\.yaml\n/,
    );
  });

  it('names the command as the user calls it: also as a plugin of kubectl', async () => {
    const plugin = join(temporaryFolder(), 'kubectl-proxy_injector');
    symlinkSync(MAIN, plugin);
    const { stdout } = await runProgram(plugin, ['status', '--help'], {});
    assert.match(stdout, /^Usage: kubectl proxy-injector status /);
  });

  it('is suggested after an unknown option', async () => {
    const { code, stdout, stderr } = await proxyInjector(['inject', '--in-plaice']);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, /unknown option '--in-plaice'\n\(Did you mean --in-place\?\)/);
    assert.match(stderr, /\nRun with --help for usage\.\n$/);
  });

  it('is printed to stderr with exit code 2 if no command is given', async () => {
    const { code, stdout, stderr } = await proxyInjector([]);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, /^Usage: proxy-injector/);
  });

  it('lists the exit codes', async () => {
    assert.match((await proxyInjector(['--help'])).stdout, /Exit codes:\n {2}0 /);
  });

  it('works with npx in the checkout', async () => {
    const root = join(MAIN, '..', '..', '..');
    const { code, stdout } = await runProgram('npx', ['proxy-injector', '--help'], {
      cwd: root,
      env: { HOME: temporaryFolder(), npm_config_offline: 'true' },
    });
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: proxy-injector/);
  });
});

describe('--version', () => {
  it('prints the version', async () => {
    assert.equal((await proxyInjector(['--version'])).stdout, `${PRODUCT_VERSION}\n`);
  });
});

/** The packages that read a command line, a configuration, and manifests. */
const PARSERS = [
  'class-transformer',
  'class-validator',
  'commander',
  'ipaddr.js',
  'reflect-metadata',
  'yaml',
];

describe('a command', () => {
  it('loads only the packages that read configurations and manifests', async (t) => {
    const start = performance.now();
    const loaded = await packagesOf(['inject', '-f', '-'], deployment('web'));
    t.diagnostic(`inject of one manifest takes ${Math.round(performance.now() - start)} ms`);
    assert.deepEqual(loaded, PARSERS);
  });

  it('injects a file of 5 MB', async (t) => {
    const data = `apiVersion: v1\nkind: ConfigMap\ndata: {text: ${'x'.repeat(4800)}}\n`;
    const stdin = `${deployment('web')}---\n${data}---\n`.repeat(1000);
    const start = performance.now();
    const { code, stdout } = await proxyInjector(['inject', '-f', '-'], { stdin });
    t.diagnostic(`inject of ${stdin.length} bytes takes ${Math.round(performance.now() - start)} ms`);
    assert.equal(code, 0);
    assert.equal(stdout.match(/name: proxy-sidecar/g)?.length, 1000);
  });

  it('never loads Nest or libphonenumber-js', async () => {
    const loaded = await packagesOf(['config', 'show']);
    assert.deepEqual(
      loaded.filter((name) => name.startsWith('@nestjs') || name === 'libphonenumber-js'),
      [],
    );
  });
});
