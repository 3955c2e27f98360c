import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { checksumsOf } from '../../tools/release/artifacts/checksums.js';
import { writeKrewManifest } from '../../tools/release/artifacts/krew.js';
import { releaseNotes } from '../../tools/release/artifacts/notes.js';

const DIGESTS = {
  injector: `sha256:${'1'.repeat(64)}`,
  'proxy-init': `sha256:${'2'.repeat(64)}`,
  agent: `sha256:${'3'.repeat(64)}`,
};

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'release-'));
}

describe('checksums', () => {
  const folder = temporaryFolder();
  for (const file of ['b/two.tgz', 'a/one.yaml', 'c/one.yaml']) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), file);
  }

  it('are what sha256sum checks in one folder, ordered by name', () => {
    const files = ['b/two.tgz', 'a/one.yaml'].map((file) => join(folder, file));
    const together = temporaryFolder();
    for (const file of files) execFileSync('cp', [file, together]);
    writeFileSync(join(together, 'checksums.txt'), checksumsOf(files));
    const out = execFileSync('sha256sum', ['--check', 'checksums.txt'], { cwd: together, encoding: 'utf8' });
    assert.equal(out, 'one.yaml: OK\ntwo.tgz: OK\n');
  });

  it('are refused for two files of one name', () => {
    const files = ['c/one.yaml', 'a/one.yaml'].map((file) => join(folder, file));
    assert.throws(() => checksumsOf(files), /different names, got two one\.yaml/);
  });
});

describe('release notes', () => {
  const release = { version: '1.2.3', time: new Date(0), registry: 'ghcr.io', digests: DIGESTS };
  const notes = releaseNotes(release, '### Added\n\n- A feature, described\n  in `two` lines.\n- Another.');

  it('start with the changes, each on one line, because GitHub shows line ends', () => {
    assert.ok(
      notes.startsWith(
        '### Added\n\n- A feature, described in `two` lines.\n- Another.\n\n## Install\n\n```sh\n',
      ),
      notes,
    );
    assert.match(notes, /\n\n\| image \| digest \|\n\| --- \| --- \|\n\| /);
  });

  it('name the digest of each image', () => {
    for (const [name, digest] of Object.entries(DIGESTS)) {
      assert.ok(notes.includes(`| \`ghcr.io/proxy-injector/${name}:1.2.3\` | \`${digest}\` |`), notes);
    }
  });

  it('verify the images and the chart with commands that a shell can run', () => {
    const [, script = ''] = /```sh\n(for [\s\S]*?)```/.exec(notes) ?? [];
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'cosign'), '#!/bin/sh\necho "$2 $4"\n', { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env.PATH}` };
    const identity =
      'https://github.com/proxy-injector/proxy-injector/.github/workflows/release.yml@refs/tags/v1.2.3';
    assert.deepEqual(execFileSync('sh', ['-ec', script], { env, encoding: 'utf8' }).trimEnd().split('\n'), [
      ...Object.entries(DIGESTS).map(
        ([name, digest]) => `ghcr.io/proxy-injector/${name}:1.2.3@${digest} ${identity}`,
      ),
      `ghcr.io/proxy-injector/charts/proxy-injector:1.2.3 ${identity}`,
    ]);
  });
});

describe('release notes, for the files of the release', () => {
  it('verify the signature of the checksums, then the checksums', () => {
    const release = { version: '1.2.3', time: new Date(0), registry: 'ghcr.io', digests: DIGESTS };
    const [, script = ''] =
      /```sh\n(cosign verify-blob [\s\S]*?)```/.exec(releaseNotes(release, '- A')) ?? [];
    const folder = temporaryFolder();
    for (const name of ['cosign', 'sha256sum'])
      writeFileSync(join(folder, name), `#!/bin/sh\necho ${name} "$@"\n`, { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env.PATH}` };
    const [first, second] = execFileSync('sh', ['-ec', script], { env, encoding: 'utf8' }).split('\n');
    assert.match(first ?? '', /^cosign verify-blob checksums\.txt --bundle checksums\.txt\.sigstore\.json /);
    assert.match(first ?? '', /release\.yml@refs\/tags\/v1\.2\.3 --certificate-oidc-issuer https:/);
    assert.equal(second, 'sha256sum --check --ignore-missing checksums.txt');
  });
});

describe('the manifest for Krew', () => {
  const folder = temporaryFolder();
  const archive = join(folder, 'proxy-injector-cli-1.2.3.tgz');
  writeFileSync(archive, 'archive');
  const path = writeKrewManifest('1.2.3', archive, folder);
  const { spec, ...manifest } = parse(execFileSync('cat', [path], { encoding: 'utf8' }));

  // https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest, and internal/index/validation/validate.go in
  // https://github.com/kubernetes-sigs/krew.
  it('has the name of the plugin, as its file', () => {
    assert.ok(path.endsWith('/proxy-injector.yaml'));
    assert.deepEqual(manifest, {
      apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
      kind: 'Plugin',
      metadata: { name: 'proxy-injector' },
    });
  });

  it('has a version with the prefix v, and a tagline of a few words', () => {
    assert.equal(spec.version, 'v1.2.3');
    assert.match(spec.shortDescription, /^[A-Z].{0,49}$/);
    assert.doesNotMatch(spec.shortDescription, /\.$|kubectl|plugin/i);
    assert.ok(spec.description.length > spec.shortDescription.length);
  });

  it('says what the plugin needs', () => {
    assert.match(spec.caveats, /Node\.js/);
  });

  it('has one archive for every platform on which Krew starts scripts', () => {
    assert.equal(spec.platforms.length, 1);
    const [{ selector, uri, sha256, bin }] = spec.platforms;
    assert.deepEqual(selector, {
      matchExpressions: [{ key: 'os', operator: 'In', values: ['darwin', 'linux'] }],
    });
    assert.equal(
      uri,
      'https://github.com/proxy-injector/proxy-injector/releases/download/v1.2.3/proxy-injector-cli-1.2.3.tgz',
    );
    assert.equal(`${sha256}  ${archive}\n`, execFileSync('sha256sum', [archive], { encoding: 'utf8' }));
    assert.equal(bin, 'package/dist/cli/main.js');
  });
});
