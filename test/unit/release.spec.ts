import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changesOf, releasedVersions, sectionOf, withRelease } from '../../tools/release/changelog.js';
import { provenance } from '../../tools/release/images/provenance.js';
import { withVersion } from '../../tools/release/mentions.js';
import { compareVersions, isVersion } from '../../tools/release/version.js';

const REPOSITORY = 'https://example.com/repository';
/** Apart from its tag, so that a release leaves this file alone. */
const IMAGE = 'proxy-injector/injector';

describe('isVersion', () => {
  for (const text of ['0.1.0', '1.20.300', '1.0.0-rc.1', '1.0.0-alpha-2']) {
    it(`takes ${text}`, () => assert.ok(isVersion(text)));
  }

  for (const text of ['', '1', '1.2', 'v1.2.3', '01.2.3', '1.2.3-', '1.2.3+build', '1.2.3 ']) {
    it(`rejects "${text}"`, () => assert.ok(!isVersion(text)));
  }
});

describe('compareVersions', () => {
  // The order of https://semver.org/#spec-item-11.
  const ascending = [
    '0.9.0',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.10',
    '1.2.0',
    '10.0.0',
  ];

  it('orders every pair', () => {
    for (const [index, a] of ascending.entries()) {
      for (const [other, b] of ascending.entries()) {
        assert.equal(Math.sign(compareVersions(a, b)), Math.sign(index - other), `${a}, ${b}`);
      }
    }
  });
});

describe('withVersion', () => {
  for (const { path, before, after } of [
    {
      path: 'Dockerfile',
      before: 'org.opencontainers.image.version="0.1.0"',
      after: 'org.opencontainers.image.version="2.0.0-rc.1"',
    },
    {
      path: 'helm/proxy-injector/Chart.yaml',
      before: 'version: 0.1.0\nappVersion: 0.1.0',
      after: 'version: 2.0.0-rc.1\nappVersion: 2.0.0-rc.1',
    },
    {
      path: 'src/core/version.ts',
      before: "PRODUCT_VERSION = '0.1.0';",
      after: "PRODUCT_VERSION = '2.0.0-rc.1';",
    },
    {
      path: 'pages/a.md',
      before: `See ${IMAGE}:0.1.0.`,
      after: `See ${IMAGE}:2.0.0-rc.1.`,
    },
    {
      path: 'pages/a.md',
      before: `envoyproxy/envoy:0.1.0, ${IMAGE}:2`,
      after: `envoyproxy/envoy:0.1.0, ${IMAGE}:2`,
    },
    { path: 'CHANGELOG.md', before: `${IMAGE}:0.1.0`, after: `${IMAGE}:0.1.0` },
  ]) {
    it(`${path}: ${before.replaceAll('\n', ' ')}`, () => {
      assert.equal(withVersion(path, before, '2.0.0-rc.1'), after);
    });
  }
});

describe('withRelease', () => {
  const before = `# Changelog

## [Unreleased]

### Added

- A feature.

## [0.1.0] - 2026-01-02

[Unreleased]: ${REPOSITORY}/compare/v0.1.0...HEAD
[0.1.0]: ${REPOSITORY}/releases/tag/v0.1.0
`;

  it('dates the unreleased section, opens a new one, and links both', () => {
    const after = withRelease(before, '0.2.0', '2026-03-04', REPOSITORY);
    assert.equal(
      after,
      `# Changelog

## [Unreleased]

## [0.2.0] - 2026-03-04

### Added

- A feature.

## [0.1.0] - 2026-01-02

[Unreleased]: ${REPOSITORY}/compare/v0.2.0...HEAD
[0.2.0]: ${REPOSITORY}/releases/tag/v0.2.0
[0.1.0]: ${REPOSITORY}/releases/tag/v0.1.0
`,
    );
    assert.deepEqual(releasedVersions(after), ['0.2.0', '0.1.0']);
  });

  it('throws without a change to release', () => {
    const released = withRelease(before, '0.2.0', '2026-03-04', REPOSITORY);
    assert.throws(() => withRelease(released, '0.3.0', '2026-03-05', REPOSITORY), /nothing is listed/);
  });

  it('throws without an unreleased section', () => {
    assert.throws(
      () => withRelease('# Changelog\n', '0.3.0', '2026-03-05', REPOSITORY),
      /expected a section/,
    );
  });
});

describe('a section of the changelog', () => {
  const changelog = `# Changelog

## [Unreleased]

### Added

#### Chart

- A feature, described
  in two lines.

#### Command line

- Another.

### Security

- A fix.

## [0.1.0] - 2026-01-02

The first release.

[Unreleased]: ${REPOSITORY}/compare/v0.1.0...HEAD
[0.1.0]: ${REPOSITORY}/releases/tag/v0.1.0
`;

  it('is that of a released version, without the links', () => {
    assert.equal(sectionOf(changelog, '0.1.0'), 'The first release.');
  });

  it('is the unreleased one for a version that is not released', () => {
    assert.match(sectionOf(changelog, '0.2.0'), /^### Added\n[\s\S]*- A fix\.$/);
    assert.equal(
      sectionOf(withRelease(changelog, '0.2.0', '2026-03-04', REPOSITORY), '0.2.0'),
      sectionOf(changelog, '0.2.0'),
    );
  });

  it('is an error if nothing is listed', () => {
    const released = withRelease(changelog, '0.2.0', '2026-03-04', REPOSITORY);
    assert.throws(() => sectionOf(released, '0.3.0'), /nothing is listed for 0\.3\.0/);
  });

  it('lists changes by kind', () => {
    assert.deepEqual(changesOf(sectionOf(changelog, '0.2.0')), [
      { kind: 'added', description: 'A feature, described in two lines.' },
      { kind: 'added', description: 'Another.' },
      { kind: 'security', description: 'A fix.' },
    ]);
  });
});

describe('provenance', () => {
  const build = {
    target: 'injector',
    repository: REPOSITORY,
    commit: 'c'.repeat(40),
    epoch: 1700000000,
    bases: ['example.com/some/base:1-slim@sha256:abc', 'debian:slim@sha256:def'],
  };
  const dependencies = (uri: string) => [
    { uri, digest: { gitCommit: build.commit } },
    {
      uri: 'pkg:oci/base@sha256%3Aabc?repository_url=example.com/some/base&tag=1-slim',
      digest: { sha256: 'abc' },
    },
    {
      uri: 'pkg:oci/debian@sha256%3Adef?repository_url=docker.io/library/debian&tag=slim',
      digest: { sha256: 'def' },
    },
  ];

  it('names the commit, the base images, and the script that built it', () => {
    assert.deepEqual(provenance({ ...build, env: {} }), {
      buildDefinition: {
        buildType: `${REPOSITORY}/blob/main/docs/guides/images.md#verify-the-images`,
        externalParameters: { source: `git+${REPOSITORY}`, target: 'injector' },
        internalParameters: { sourceDateEpoch: 1700000000, bases: 'published' },
        resolvedDependencies: dependencies(`git+${REPOSITORY}`),
      },
      runDetails: { builder: { id: `${REPOSITORY}/blob/main/tools/release/dry.ts` }, metadata: {} },
    });
  });

  it('names no base images if they were stand-ins', () => {
    const { buildDefinition } = provenance({ ...build, bases: 'local', env: {} }) as {
      buildDefinition: { internalParameters: object; resolvedDependencies: object[] };
    };
    assert.deepEqual(buildDefinition.internalParameters, { sourceDateEpoch: 1700000000, bases: 'local' });
    assert.deepEqual(buildDefinition.resolvedDependencies, dependencies(`git+${REPOSITORY}`).slice(0, 1));
  });

  it('names the tag, the workflow, and its run in a workflow', () => {
    const env = {
      GITHUB_REF: 'refs/tags/v1.2.3',
      GITHUB_WORKFLOW_REF: 'some/repository/.github/workflows/release.yml@refs/tags/v1.2.3',
      GITHUB_RUN_ID: '7',
      GITHUB_RUN_ATTEMPT: '2',
    };
    const source = `git+${REPOSITORY}@refs/tags/v1.2.3`;
    assert.deepEqual(provenance({ ...build, env }), {
      buildDefinition: {
        buildType: `${REPOSITORY}/blob/main/docs/guides/images.md#verify-the-images`,
        externalParameters: { source, target: 'injector' },
        internalParameters: { sourceDateEpoch: 1700000000, bases: 'published' },
        resolvedDependencies: dependencies(source),
      },
      runDetails: {
        builder: { id: `https://github.com/${env.GITHUB_WORKFLOW_REF}` },
        metadata: { invocationId: `${REPOSITORY}/actions/runs/7/attempts/2` },
      },
    });
  });
});
