import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { ROOT } from '../../tools/checkout.js';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** What matches the first group of a pattern in a file, each time. */
function found(path: string, pattern: RegExp): string[] {
  const texts = [...read(path).matchAll(pattern)].map(([, text = '']) => text);
  assert.notEqual(texts.length, 0, `${path}: ${pattern}`);
  return texts;
}

/** The versions in a cell of the table of docs/reference/versions.md, by the name of its row and its column. */
function cell(row: string, column: number): string[] {
  const line = read('docs/reference/versions.md')
    .split('\n')
    .find((line) => line.startsWith(`| ${row} |`));
  return line?.split('|')[column + 1]?.match(/\d+(\.\d+)*/g) ?? [];
}

const minorOf = (version: string) => version.split('.').slice(0, 2).join('.');
const matrix = (workflow: string, job: string) =>
  parse(read(`.github/workflows/${workflow}.yml`)).jobs[job].strategy.matrix;

const [SUPPORTED, CHANGE, NIGHT] = [1, 2, 3];
const API_SERVERS = found('tools/install/api-servers.sh', /(?<=set -- .*)\bv(1\.\d+\.\d+)/g);
const KUBERNETES = found('tools/install/kubernetes.sh', /\nbuild k8s\.io\/kubernetes v(\S+)/g);
const CERT_MANAGER = found(
  'tools/install/cert-manager/go.mod',
  /\tgithub\.com\/cert-manager\/cert-manager v(\S+)/g,
);

describe('docs/reference/versions.md', () => {
  it('has the versions of Kubernetes that the chart accepts and CI tests', () => {
    assert.deepEqual(
      cell('Kubernetes', SUPPORTED),
      found('helm/proxy-injector/Chart.yaml', /^kubeVersion: ">=(\d+\.\d+)\.0-0"$/gm),
    );
    const { kubernetes } = matrix('ci', 'kind');
    assert.deepEqual(cell('Kubernetes', CHANGE), [...KUBERNETES, ...kubernetes]);
    const atNight = matrix('nightly', 'kind').kubernetes;
    assert.deepEqual(cell('Kubernetes', NIGHT), [
      ...API_SERVERS,
      ...atNight.filter((version: string) => !kubernetes.includes(version)),
    ]);
    assert.ok(matrix('nightly', 'slow').suite.includes('versions'));
  });

  it('has the same minor versions of Kubernetes for API servers and kind', () => {
    const minors = API_SERVERS.map(minorOf);
    assert.deepEqual(matrix('nightly', 'kind').kubernetes, minors);
    assert.deepEqual(found('.ci/kind', /kindest\/node:v(\d+\.\d+)\.\d+@/g), minors);
    assert.equal(API_SERVERS.at(-1), KUBERNETES[0]);
  });

  it('has the versions of Helm that the tests use', () => {
    const tested = [
      ...found('tools/install/helm.sh', /^helm3=v(\S+)/gm),
      ...found('tools/install/helm.sh', /^helm4=v(\S+)/gm),
    ];
    assert.deepEqual(cell('Helm', CHANGE), tested);
    assert.deepEqual(
      cell('Helm', SUPPORTED),
      tested.map((version) => version.split('.')[0]),
    );
  });

  it('has the version of cert-manager that the tests use everywhere', () => {
    assert.deepEqual(cell('cert-manager', CHANGE), CERT_MANAGER);
    assert.deepEqual(found('.ci/kind', /^cert_manager=v(\S+)/gm), CERT_MANAGER);
    assert.deepEqual(found('tools/install/kube-check.sh', /cert-manager@v(\S+)/g), CERT_MANAGER);
    assert.deepEqual(
      cell('cert-manager', SUPPORTED),
      found('docs/guides/install.md', /(\d+\.\d+) or later or your own/g),
    );
  });

  it('has the versions of Node that package.json accepts and CI tests', () => {
    const { engines } = JSON.parse(read('package.json'));
    const accepted = engines.node.match(/\d+\.\d+/g).map((version: string) => version.replace(/\.0$/, ''));
    assert.deepEqual(cell('Node, outside the image', SUPPORTED), accepted);
    assert.deepEqual(cell('Node, outside the image', CHANGE), matrix('ci', 'node').version.map(String));
  });

  it('has the version of Node in the image', () => {
    const inImage = found('Dockerfile', /^ARG NODE=(?:\S+\/)?node:(\d+)/gm);
    assert.deepEqual(
      [cell('Node, in the image', SUPPORTED), cell('Node, in the image', CHANGE)],
      [inImage, inImage],
    );
  });

  it('has the versions of Kubernetes that features of the chart need', () => {
    const page = read('docs/reference/versions.md');
    const named = [...page.matchAll(/^\| .*\| (1\.\d+) \|$/gm)].map(([, version]) => version);
    const templates = [
      '_checks.tpl',
      'policies/_checks.tpl',
      '_config.tpl',
      'guard/_guard.tpl',
      'owners/_owners.tpl',
    ];
    const required = templates.flatMap((file) =>
      found(`helm/proxy-injector/templates/${file}`, /semverCompare "(?:<|>=)(1\.\d+)\.0-0"/g),
    );
    for (const version of required) assert.ok(named.includes(version), version);
  });
});

describe('README.md', () => {
  it('has the supported versions of docs/reference/versions.md', () => {
    const rows = read('README.md').split('\n');
    for (const name of ['Kubernetes', 'Helm', 'cert-manager']) {
      const row = rows.find((line) => line.startsWith(`| ${name} |`)) ?? '';
      assert.deepEqual(
        row.match(/\d+(\.\d+)*/g)?.slice(0, cell(name, SUPPORTED).length),
        cell(name, SUPPORTED),
        name,
      );
    }
  });
});
