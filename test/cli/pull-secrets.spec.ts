import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { recordedReview } from '../support/reviews.js';
import { proxyInjector, temporaryFolder } from './command-line.js';
import { deployment } from './sample-manifests.js';

const cwd = temporaryFolder();
writeFileSync(join(cwd, 'config.yaml'), 'pod: {imagePullSecrets: [{name: registry}]}\n');
writeFileSync(join(cwd, 'web.yaml'), deployment('web'));

const WARNING = (name: string) =>
  `the API server will not add the pull secrets of ServiceAccount ${name}, which is not in the input`;

function serviceAccount(name: string, namespace: string, secrets = '[{name: apps}]'): string {
  return `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ${name}${namespace}}\nimagePullSecrets: ${secrets}\n`;
}

/** The names of the pull secrets of the last document, and the warnings. */
async function injected(stdin: string, ...options: string[]) {
  const args = ['inject', '--config', 'config.yaml', '-f', '-', ...options];
  const { code, stdout, stderr } = await proxyInjector(args, { stdin, cwd });
  const { spec } = parseAllDocuments(stdout).at(-1)?.toJS() ?? {};
  const secrets: { name: string }[] = spec?.template.spec.imagePullSecrets ?? [];
  const warnings = [...stderr.matchAll(/^ +warning +(.*)$/gm)].map(([, text]) => text);
  return { code, secrets: secrets.map(({ name }) => name), warnings };
}

/** What comes before the Deployment `web`, options, the resulting pull secrets, and the ServiceAccount warned about. */
const CASES: readonly (readonly [string, string, readonly string[], readonly string[], string?])[] = [
  ['are added to those of the ServiceAccount', serviceAccount('default', ''), [], ['apps', 'registry']],
  ['come alone, with a warning, without the ServiceAccount', '', [], ['registry'], 'default'],
  ['come alone with a ServiceAccount that has none', serviceAccount('default', '', 'null'), [], ['registry']],
  [
    'come with a warning if only another ServiceAccount is known',
    serviceAccount('builder', ''),
    [],
    ['registry'],
    'default',
  ],
  [
    'come with a warning if the ServiceAccount is of another namespace',
    serviceAccount('default', ', namespace: shop'),
    [],
    ['registry'],
    'default',
  ],
  [
    'are added to those of the ServiceAccount in the namespace of the option',
    serviceAccount('default', ', namespace: shop'),
    ['-n', 'shop'],
    ['apps', 'registry'],
  ],
];

describe('pull secrets of the configuration', () => {
  for (const [title, before, options, secrets, warned] of CASES) {
    it(title, async () => {
      const documents = before === '' ? deployment('web') : `${before}---\n${deployment('web')}`;
      const warnings = warned === undefined ? [] : [WARNING(warned)];
      assert.deepEqual(await injected(documents, ...options), { code: 0, secrets, warnings });
    });
  }

  it('are added to those of the named ServiceAccount, by either name of the field', async () => {
    for (const field of ['serviceAccountName', 'serviceAccount']) {
      const workload = deployment('web').replace('    spec:\n', `    spec:\n      ${field}: builder\n`);
      const { secrets } = await injected(`${serviceAccount('builder', '')}---\n${workload}`);
      assert.deepEqual(secrets, ['apps', 'registry'], field);
      assert.deepEqual((await injected(workload)).warnings, [WARNING('builder')]);
    }
  });

  it('are added to those of the workload, without those of the ServiceAccount', async () => {
    const own = deployment('web').replace(
      '    spec:\n',
      '    spec:\n      imagePullSecrets: [{name: mine}]\n',
    );
    assert.deepEqual(await injected(own), { code: 0, secrets: ['mine', 'registry'], warnings: [] });
    const both = await injected(`${serviceAccount('default', '')}---\n${own}`);
    assert.deepEqual(both.secrets, ['mine', 'registry']);
  });

  it('leave no trace when the proxy is taken out again, nor do those of the ServiceAccount', async () => {
    const stdin = `${serviceAccount('default', '')}---\n${deployment('web')}`;
    const { stdout } = await proxyInjector(['inject', '--config', 'config.yaml', '-f', '-'], { stdin, cwd });
    assert.equal((await proxyInjector(['uninject', '-f', '-'], { stdin: stdout })).stdout, stdin);
  });

  it('are added to those of the ServiceAccount again when the proxy is replaced', async () => {
    const stdin = `${serviceAccount('default', '')}---\n${deployment('web')}`;
    const args = ['inject', '--config', 'config.yaml', '-f', '-'];
    const { stdout } = await proxyInjector(args, { stdin, cwd, env: { INJECTOR_PROXY_MODE: 'native' } });
    const { stdout: fresh } = await proxyInjector(args, { stdin, cwd });
    const replaced = await proxyInjector([...args, '--replace'], { stdin: stdout, cwd });
    assert.deepEqual([replaced.code, replaced.stdout], [0, fresh]);
    assert.equal(replaced.stderr, 'deployment/web  replaced  The proxy was replaced.\n');
    const alone = stdout.slice(stdout.indexOf('---\n'));
    const expected = { code: 0, secrets: ['registry'], warnings: [WARNING('default')] };
    assert.deepEqual(await injected(alone, '--replace'), expected);
  });

  it('are explained with those of the ServiceAccount', async () => {
    const args = ['explain', '--config', 'config.yaml', '-f', '-', 'web.yaml'];
    const stdin = serviceAccount('default', '');
    const { stdout } = await proxyInjector(args, { stdin, cwd });
    assert.match(stdout, /pull secret +apps\n +pull secret +registry\n/);
    const alone = await proxyInjector(['explain', '--config', 'config.yaml', 'web.yaml'], { cwd });
    assert.ok(alone.stdout.includes(`\nwarning ${WARNING('default')}\n`), alone.stdout);
  });

  it('come without a warning for an AdmissionReview, whose Pod has those of its ServiceAccount', async () => {
    const stdin = recordedReview('pod-by-kubectl');
    const args = ['explain', '--config', 'config.yaml', '-f', '-'];
    assert.doesNotMatch((await proxyInjector(args, { stdin, cwd })).stdout, /warning/);
  });
});

describe('a ServiceAccount', () => {
  it('matters only if the configuration has pull secrets', async () => {
    const stdin = `${serviceAccount('default', '')}---\n${deployment('web')}`;
    const { stdout, stderr } = await proxyInjector(['inject', '-f', '-'], { stdin });
    assert.doesNotMatch(stdout.slice(stdout.indexOf('---')), /imagePullSecrets/);
    assert.equal(stderr, 'deployment/web  injected  The proxy was injected.\n');
  });

  it('with malformed pull secrets is an error with its position', async () => {
    const stdin = `${serviceAccount('default', '', '[apps]')}---\n${deployment('web')}`;
    const { code, stderr } = await proxyInjector(['inject', '-f', '-'], { stdin });
    assert.equal(code, 2);
    assert.match(stderr, /^error: <stdin>:4:20 imagePullSecrets\[0\]: expected an object, got a string$/m);
  });
});
