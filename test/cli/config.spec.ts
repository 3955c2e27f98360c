import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
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

  describe("given the section config of the chart's values", () => {
    const values = readFileSync(join(ROOT, 'helm/proxy-injector/values.yaml'), 'utf8');
    writeFileSync(join(cwd, 'chart.yaml'), stringify(parse(values).config));

    it('replaces the mode auto as the chart does for --kube-version', async () => {
      for (const [version, mode] of [
        ['1.28', 'container'],
        ['1.29', 'native'],
      ] as const) {
        const args = ['config', 'show', '--kube-version', version, 'chart.yaml'];
        const { code, stdout, stderr } = await proxyInjector(args, { cwd });
        assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
        assert.match(stdout, new RegExp(`^ {2}mode: ${mode} # chart\\.yaml:\\d+:\\d+$`, 'm'));
      }
    });

    it('applies the preset for that mode', async () => {
      const env = { INJECTOR_PROXY_PRESET: 'envoy' };
      for (const [version, image] of [
        ['1.28', 'envoyproxy/envoy:v'],
        ['1.29', 'envoyproxy/envoy:distroless-v'],
      ] as const) {
        const args = ['config', 'show', '--kube-version', version, 'chart.yaml'];
        const { stdout } = await proxyInjector(args, { cwd, env });
        assert.match(stdout, new RegExp(`^ {2}image: ${image}.* # preset envoy$`, 'm'));
      }
    });

    it('says which mode it assumes without a version', async () => {
      const { code, stdout, stderr } = await proxyInjector(['config', 'check', 'chart.yaml'], { cwd });
      assert.equal(code, 0);
      assert.match(stdout, /^chart\.yaml: valid/);
      const note = 'proxy.mode is auto: using native, as on Kubernetes 1.29 and later (see --kube-version)';
      assert.equal(stderr, `warning: ${note}\n`);
    });

    it('assumes nothing if a variable sets the mode, or the variable is auto', async () => {
      const show = async (env: NodeJS.ProcessEnv, ...args: readonly string[]) =>
        (await proxyInjector(['config', 'show', ...args], { cwd, env })).stdout;
      assert.match(await show({ INJECTOR_PROXY_MODE: 'container' }, 'chart.yaml'), /mode: container # INJ/);
      const auto = await show({ INJECTOR_PROXY_MODE: 'auto' }, '--kube-version', '1.28', 'good.yaml');
      assert.match(auto, /mode: container # INJECTOR_PROXY_MODE/);
    });

    it('rejects what is not a version', async () => {
      const args = ['config', 'check', '--kube-version', 'latest', 'chart.yaml'];
      const { code, stderr } = await proxyInjector(args, { cwd });
      assert.equal(code, 2);
      assert.match(stderr, /--kube-version <X\.Y>.*Expected a version such as 1\.33\./);
    });
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

  it('names the preset as the source of its values', async () => {
    const env = { INJECTOR_PROXY_PRESET: 'envoy' };
    const { code, stdout } = await proxyInjector(['config', 'show'], { cwd, env });
    assert.equal(code, 0);
    assert.match(stdout, /^ {2}preset: envoy # INJECTOR_PROXY_PRESET$/m);
    assert.match(stdout, /^ {2}image: envoyproxy\/envoy:\S+ # preset envoy$/m);
    assert.match(stdout, /^ {2}inboundUdp: disabled # preset envoy$/m);
  });
});

describe('config schema', () => {
  it('prints docs/reference/configuration.schema.json', async () => {
    const { stdout } = await proxyInjector(['config', 'schema']);
    assert.equal(stdout, readFileSync(join(ROOT, 'docs', 'reference', 'configuration.schema.json'), 'utf8'));
  });
});

describe('config docs', () => {
  it('prints the table in docs/reference/configuration.md', async () => {
    const { stdout } = await proxyInjector(['config', 'docs']);
    const reference = readFileSync(join(ROOT, 'docs', 'reference', 'configuration.md'), 'utf8');
    assert.ok(reference.includes(`<!-- configuration -->\n${stdout}<!-- /configuration -->`));
  });
});
