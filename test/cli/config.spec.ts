import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';
import { proxyInjector, temporaryFolder } from './command-line.js';

const cwd = temporaryFolder();
writeFileSync(
  join(cwd, 'good.yaml'),
  'proxy:\n  mode: native\n  container: {env: [{name: TOKEN, value: hush}]}\n',
);
writeFileSync(join(cwd, 'bad.yaml'), 'proxy:\n  mode: sidecar\n  tcpPort: 0\nredirects: {}\n');

describe('config check', () => {
  it('reports a valid configuration and its hash', async () => {
    const { code, stdout, stderr } = await proxyInjector(['config', 'check', 'good.yaml'], { cwd });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.match(stdout, /^good\.yaml: valid \(hash [0-9a-f]{16}\)\n$/);
  });

  it('lists every error at once, with its position', async () => {
    const { code, stdout, stderr } = await proxyInjector(['config', 'check', 'bad.yaml'], { cwd });
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, /bad\.yaml:2:9 proxy\.mode: expected container or native, got "sidecar"/);
    assert.match(stderr, /bad\.yaml:3:12 proxy\.tcpPort: expected a whole number from 1 to 65535, got 0/);
    assert.match(stderr, /bad\.yaml:4:12 redirects: expected one of the keys/);
  });

  it('reads INJECTOR_CONFIG and INJECTOR_* variables, as the service does', async () => {
    const env = { INJECTOR_CONFIG: 'good.yaml', INJECTOR_PROXY_TCP_PORT: 'http' };
    const { code, stderr } = await proxyInjector(['config', 'check'], { cwd, env });
    assert.equal(code, 2);
    assert.match(stderr, /INJECTOR_PROXY_TCP_PORT proxy\.tcpPort: expected a whole number/);
  });

  it('warns about variables that match no setting', async () => {
    const { code, stderr } = await proxyInjector(['config', 'check'], { env: { INJECTOR_PROXY_IMAG: 'x' } });
    assert.equal(code, 0);
    assert.match(stderr, /INJECTOR_PROXY_IMAG/);
  });

  it('reports a missing file', async () => {
    const { code, stderr } = await proxyInjector(['config', 'check', 'none.yaml'], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /none\.yaml: expected a readable file/);
  });
});

describe('config show', () => {
  it('shows the source of each value and no secrets', async () => {
    const env = { INJECTOR_PROXY_TCP_PORT: '7000' };
    const { code, stdout } = await proxyInjector(['config', 'show', 'good.yaml'], { cwd, env });
    assert.equal(code, 0);
    assert.match(stdout, /^ineligiblePods: deny # default$/m);
    assert.match(stdout, /^ {2}mode: native # good\.yaml:2:9$/m);
    assert.match(stdout, /^ {2}tcpPort: 7000 # INJECTOR_PROXY_TCP_PORT$/m);
    assert.doesNotMatch(stdout, /hush/);
  });
});

describe('config docs', () => {
  it('prints the table in docs/reference/configuration.md', async () => {
    const { stdout } = await proxyInjector(['config', 'docs']);
    const reference = readFileSync(join(ROOT, 'docs', 'reference', 'configuration.md'), 'utf8');
    assert.ok(reference.includes(`<!-- configuration -->\n${stdout}<!-- /configuration -->`));
  });
});
