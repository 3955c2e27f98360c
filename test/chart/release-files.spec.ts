import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { writeArtifacts } from '../../tools/release/artifacts/artifacts.js';
import { REGISTRY } from '../../tools/release/artifacts/release.js';

const folder = mkdtempSync(join(tmpdir(), 'release-files-'));
const sbom = join(folder, 'injector.spdx.json');
writeFileSync(sbom, '{}');
const release = {
  version: PRODUCT_VERSION,
  time: new Date('2026-01-02T03:04:05Z'),
  registry: REGISTRY,
  digests: {
    injector: `sha256:${'1'.repeat(64)}`,
    'proxy-init': `sha256:${'2'.repeat(64)}`,
    agent: `sha256:${'3'.repeat(64)}`,
  },
};
const artifacts = writeArtifacts(release, folder, { files: [sbom] });

describe('the files of a release', () => {
  it('are the chart, the npm package, the manifest for Krew, the checksums, and the notes', () => {
    const paths = Object.entries(artifacts).map(([name, path]) => [name, relative(folder, path)]);
    assert.deepEqual(Object.fromEntries(paths), {
      chart: `chart/proxy-injector-${PRODUCT_VERSION}.tgz`,
      npmPackage: `npm/proxy-injector-cli-${PRODUCT_VERSION}.tgz`,
      krewManifest: 'krew/proxy-injector.yaml',
      checksums: 'checksums.txt',
      notes: 'notes.md',
    });
  });

  it('have checksums that hold after they were downloaded into one folder', () => {
    const downloads = mkdtempSync(join(tmpdir(), 'downloads-'));
    const { chart, npmPackage, krewManifest, checksums } = artifacts;
    for (const file of [chart, npmPackage, krewManifest, checksums, sbom]) {
      copyFileSync(file, join(downloads, basename(file)));
    }
    const output = execFileSync('sha256sum', ['--check', 'checksums.txt'], {
      cwd: downloads,
      encoding: 'utf8',
    });
    const names = [chart, npmPackage, krewManifest, sbom].map((file) => basename(file)).sort();
    assert.deepEqual(
      output.trim().split('\n'),
      names.map((name) => `${name}: OK`),
    );
  });

  it('are the same bytes each time', () => {
    const again = writeArtifacts(release, mkdtempSync(join(tmpdir(), 'release-files-')), { files: [sbom] });
    for (const [name, path] of Object.entries(again)) {
      assert.ok(readFileSync(path).equals(readFileSync(artifacts[name as keyof typeof artifacts])), name);
    }
  });

  it('replace those of an earlier version', () => {
    writeFileSync(join(folder, 'chart', 'proxy-injector-0.0.1.tgz'), '');
    writeArtifacts(release, folder);
    assert.deepEqual(readdirSync(join(folder, 'chart')), [`proxy-injector-${PRODUCT_VERSION}.tgz`]);
  });
});
