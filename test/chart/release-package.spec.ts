import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { ROOT } from '../../tools/checkout.js';
import { writeChart } from '../../tools/release/artifacts/chart/chart-package.js';
import type { Release } from '../../tools/release/artifacts/release.js';
import { artifactHubProblems } from './artifact-hub.js';
import { CHART, find, HELMS, type Helm, type KubernetesObject, lintProblems, render } from './chart.js';
import { configurationOf } from './configuration.js';

const RELEASE: Release = {
  version: PRODUCT_VERSION,
  time: new Date('2026-01-02T03:04:05Z'),
  registry: 'registry.example.com',
  digests: {
    injector: `sha256:${'1'.repeat(64)}`,
    'proxy-init': `sha256:${'2'.repeat(64)}`,
    agent: `sha256:${'3'.repeat(64)}`,
  },
};
const INJECTOR = `proxy-injector/injector@${RELEASE.digests.injector}`;
const AGENT = `proxy-injector/agent@${RELEASE.digests.agent}`;
const PROXY_INIT = `proxy-injector/proxy-init:${PRODUCT_VERSION}@${RELEASE.digests['proxy-init']}`;

const folder = () => mkdtempSync(join(tmpdir(), 'release-chart-'));
const archive = writeChart(RELEASE, folder(), join(ROOT, '.tools', 'bin', 'helm'));
const unpacked = join(folder(), 'proxy-injector');
execFileSync('tar', ['-xzf', archive, '-C', join(unpacked, '..')]);
const read = (file: string) => readFileSync(join(unpacked, file), 'utf8');

/** The images of the injector, the init container, and the agent. */
function images(values: KubernetesObject, helm: Helm = 'helm'): string[] {
  const objects = render({ values: { agent: { enabled: true }, ...values }, chart: archive }, helm);
  const of = (kind: string) => find(objects, kind).spec.template.spec.containers[0].image;
  return [of('Deployment'), configurationOf(objects).configuration.init.image, of('DaemonSet')];
}

describe('the packaged chart', () => {
  it('is the same bytes each time, and as old as the release', () => {
    const again = writeChart(RELEASE, folder(), join(ROOT, '.tools', 'bin', 'helm'));
    assert.ok(readFileSync(archive).equals(readFileSync(again)));
    assert.deepEqual(statSync(again).mtime, RELEASE.time);
  });

  for (const helm of HELMS) {
    it(`names the images of the release by digest (${helm})`, () => {
      assert.deepEqual(images({}, helm), [
        `registry.example.com/${INJECTOR}`,
        `registry.example.com/${PROXY_INIT}`,
        `registry.example.com/${AGENT}`,
      ]);
    });

    it(`passes helm lint --strict (${helm})`, () => {
      assert.equal(lintProblems({}, helm, archive), undefined);
    });
  }

  it('takes all of them from the mirror in global.imageRegistry', () => {
    const values = { global: { imageRegistry: 'mirror.example.com' } };
    assert.deepEqual(
      images(values),
      [INJECTOR, PROXY_INIT, AGENT].map((image) => `mirror.example.com/${image}`),
    );
  });

  it('runs another tag without the digest', () => {
    const [image] = images({ image: { tag: '9', digest: '' } });
    assert.equal(image, 'registry.example.com/proxy-injector/injector:9');
  });

  it('differs from the chart of the checkout only in its metadata, its values, and their documentation', () => {
    const files = (chart: string) =>
      readdirSync(chart, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => relative(chart, join(parentPath, name)))
        .sort();
    assert.deepEqual(files(unpacked), [...files(CHART), 'LICENSE'].sort());
    const differing = files(CHART).filter((file) => read(file) !== readFileSync(join(CHART, file), 'utf8'));
    assert.deepEqual(differing, ['Chart.yaml', 'README.md', 'values.schema.json', 'values.yaml']);
  });

  it('documents its images in its README and its schema', () => {
    assert.ok(read('README.md').includes(`| \`image.digest\` | \`"${RELEASE.digests.injector}"\` |`));
    const { properties } = JSON.parse(read('values.schema.json'));
    assert.equal(properties.config.properties.init.properties.image.default, PROXY_INIT);
    assert.equal(properties.image.properties.registry.default, 'registry.example.com');
  });

  it('links from its README to the documentation of its version', () => {
    const links = [...read('README.md').matchAll(/\]\(([^)#][^)]*)\)/g)].map(([, link = '']) => link);
    const docs = `https://github.com/proxy-injector/proxy-injector/blob/v${RELEASE.version}/docs/`;
    assert.ok(links.some((link) => link.startsWith(docs)));
    assert.deepEqual(
      links.filter((link) => !link.startsWith('https://')),
      [],
    );
  });

  it('has the license of the project', () => {
    assert.equal(read('LICENSE'), readFileSync(join(ROOT, 'LICENSE'), 'utf8'));
  });
});

describe('the annotations for Artifact Hub', () => {
  const metadata = parse(read('Chart.yaml'));

  it('meet its rules', () => {
    assert.deepEqual(artifactHubProblems(metadata), []);
    assert.deepEqual(artifactHubProblems(parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'))), []);
  });

  for (const [key, value] of [
    ['category', 'proxies'],
    ['changes', '- kind: improved\n  description: A'],
    ['changes', '- kind: added'],
    ['images', '- image: "not an image"'],
    ['links', '- name: a\n  url: b'],
    ['prerelease', 'maybe'],
    ['licence', 'Apache-2.0'],
  ] as const) {
    it(`would not meet them with ${key}: ${JSON.stringify(value)}`, () => {
      const annotations = { ...metadata.annotations, [`artifacthub.io/${key}`]: value };
      assert.equal(artifactHubProblems({ ...metadata, annotations }).length, 1);
    });
  }

  it('list the images of the release, and that of the preset envoy', () => {
    const images: { name: string; image: string }[] = parse(metadata.annotations['artifacthub.io/images']);
    assert.deepEqual(
      images.slice(0, 3).map(({ image }) => image),
      [
        `registry.example.com/proxy-injector/injector:${PRODUCT_VERSION}@${RELEASE.digests.injector}`,
        `registry.example.com/${PROXY_INIT}`,
        `registry.example.com/proxy-injector/agent:${PRODUCT_VERSION}@${RELEASE.digests.agent}`,
      ],
    );
    const values = { config: { proxy: { preset: 'envoy' } } };
    const { proxy } = configurationOf(render({ values })).configuration;
    assert.equal(images.at(-1)?.image, proxy.image);
  });

  it('list the changes of the changelog', () => {
    const changes: { kind: string; description: string }[] = parse(
      metadata.annotations['artifacthub.io/changes'],
    );
    assert.ok(changes.length > 0);
    const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8').replace(/\s+/g, ' ');
    for (const { description } of changes)
      assert.ok(changelog.includes(description.slice(0, 40)), description);
  });

  it('say whether it is a pre-release', () => {
    assert.equal(metadata.annotations['artifacthub.io/prerelease'], String(PRODUCT_VERSION.includes('-')));
  });
});
