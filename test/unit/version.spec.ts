import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';
import { releasedVersions } from '../../tools/release/changelog.js';
import { MENTIONS, namedVersions } from '../../tools/release/mentions.js';
import { compareVersions, isVersion } from '../../tools/release/version.js';
import { trackedFiles } from '../../tools/tracked-files.js';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const { version, engines } = JSON.parse(read('package.json'));

describe('the version in package.json', () => {
  it('is a version', () => {
    assert.ok(isVersion(version), version);
  });

  it('is that of the lock file', () => {
    const lock = JSON.parse(read('package-lock.json'));
    assert.deepEqual([lock.version, lock.packages[''].version], [version, version]);
  });

  for (const mention of MENTIONS) {
    it(`is named wherever ${mention.files.source} has ${mention.before.source} (npm run release sets it)`, () => {
      const named = trackedFiles()
        .filter((path) => mention.files.test(path) && !path.endsWith('.png'))
        .map((path) => ({ path, versions: [...new Set(namedVersions(read(path), mention))] }))
        .filter(({ versions }) => versions.length > 0);
      assert.notEqual(named.length, 0);
      assert.deepEqual(
        named,
        named.map(({ path }) => ({ path, versions: [version] })),
      );
    });
  }

  it('is the newest in CHANGELOG.md, once there is a release', () => {
    const released = releasedVersions(read('CHANGELOG.md'));
    assert.deepEqual(
      released,
      released.toSorted((a, b) => compareVersions(b, a)),
    );
    assert.equal(released[0] ?? version, version);
  });
});

describe('README.md', () => {
  it('names the versions of Node that package.json supports', () => {
    const versions = [...engines.node.matchAll(/\d+\.\d+/g)].map(([text]) => text.replace(/\.0$/, ''));
    for (const node of versions) assert.ok(read('README.md').includes(node), node);
  });

  it('names the Kubernetes version that the chart requires', () => {
    const [, kubernetes = ''] =
      /^kubeVersion: ">=(\d+\.\d+)\./m.exec(read('helm/proxy-injector/Chart.yaml')) ?? [];
    assert.match(read('README.md'), new RegExp(`Kubernetes.*${kubernetes.replace('.', '\\.')}`));
  });
});

describe('.nvmrc', () => {
  it('is the version of Node that the image ships', () => {
    const [, node] = /^ARG NODE=node:(\d+)/m.exec(read('Dockerfile')) ?? [];
    assert.equal(read('.nvmrc').trim(), node);
    assert.match(
      read('Dockerfile'),
      new RegExp(`^ARG DISTROLESS_NODE=gcr\\.io/distroless/nodejs${node}-`, 'm'),
    );
  });
});
