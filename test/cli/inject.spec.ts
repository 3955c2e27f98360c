import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { proxyInjector, temporaryFolder } from './command-line.js';
import { deployment, namespace, OPTED_OUT, SERVICE } from './sample-manifests.js';

const REPORT = 'deployment/web  injected  The proxy was injected.\n';
const BROKEN = 'apiVersion: v1\nkind: Pod\nmetadata: {name: x\n';

describe('inject', () => {
  it('reads stdin, writes stdout, and leaves everything else unchanged', async () => {
    const stdin = `# mine\n${SERVICE}---\n${deployment('web')}`;
    const { code, stdout, stderr } = await proxyInjector(['inject', '-f', '-'], { stdin });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: REPORT });
    assert.ok(stdout.startsWith(`# mine\n${SERVICE}---\n`));
    assert.match(stdout, /- name: app # serves\n {10}image: "app:1"\n/);
    const [, workload] = parseAllDocuments(stdout).map((document) => document.toJS());
    const names = (list: { name: string }[]) => list.map(({ name }) => name);
    assert.deepEqual(names(workload.spec.template.spec.initContainers), ['init-iptables']);
    assert.deepEqual(names(workload.spec.template.spec.containers), ['app', 'proxy-sidecar']);
  });

  it('reports each workload on a line, in columns, with its warnings below', async () => {
    const stdin = [
      deployment('web', { annotations: 'proxy-injection/mod: native' }),
      deployment('a-longer-name', OPTED_OUT),
    ].join('---\n');
    const env = { INJECTOR_INELIGIBLE_PODS: 'admit' };
    const { stderr } = await proxyInjector(['inject', '-f', '-'], { stdin, env });
    assert.equal(
      stderr,
      [
        'deployment/web            injected  The proxy was injected.',
        '                          warning   proxy-injection: unknown annotation proxy-injection/mod',
        'deployment/a-longer-name  skipped   Automatic pod injection is disabled.',
        '',
      ].join('\n'),
    );
  });

  it('uses the annotations of a Namespace in another input file', async () => {
    const cwd = temporaryFolder();
    writeFileSync(
      join(cwd, 'a.yaml'),
      deployment('web').replace('name: web', 'name: web\n  namespace: shop'),
    );
    writeFileSync(join(cwd, 'b.yaml'), namespace('shop', 'proxy-injection: disabled'));
    const { code, stderr } = await proxyInjector(['inject', 'a.yaml', 'b.yaml'], { cwd });
    assert.equal(code, 1);
    assert.equal(
      stderr,
      'a.yaml:7  deployment/web -n shop  denied  Automatic namespace injection is disabled.\n',
    );
  });

  it('reports an invalid annotation of a Namespace', async () => {
    const stdin = `${namespace('shop', 'proxy-injection: false')}---\n${deployment('web')}`;
    const { code, stderr } = await proxyInjector(['inject', '-f', '-'], { stdin });
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^error: <stdin>:3:38 metadata\.annotations\.proxy-injection: expected a string, got a boolean$/m,
    );
  });

  it('reports a Namespace with a syntax error', async () => {
    const broken = namespace('shop', 'proxy-injection: disabled').replace('}}', '}');
    const { code, stderr } = await proxyInjector(['inject', '-f', '-'], {
      stdin: `${broken}---\n${deployment('web')}`,
    });
    assert.equal(code, 2);
    assert.match(stderr, /^error: <stdin>:\d+:1: expected YAML or JSON/m);
  });

  it('takes the namespace and its annotations from options and the configuration', async () => {
    const stdin = deployment('web');
    const options = ['-n', 'shop', '--namespace-annotation', 'proxy-injection=disabled'];
    const given = await proxyInjector(['inject', '-f', '-', ...options], { stdin });
    assert.match(given.stderr, /denied {2}Automatic namespace injection is disabled/);
    const excluded = await proxyInjector(['inject', '-f', '-', '-n', 'kube-system'], { stdin });
    assert.match(excluded.stderr, /skipped {2}The injector's configuration excludes/);
    const cwd = temporaryFolder();
    writeFileSync(
      join(cwd, 'config.yaml'),
      'namespaces: {shop: {annotations: {proxy-injection: disabled}}}\n',
    );
    const args = ['inject', '-f', '-', '-n', 'shop', '--config', 'config.yaml'];
    const configured = await proxyInjector(args, { stdin, cwd });
    assert.match(configured.stderr, /denied {2}Automatic namespace/);
  });

  it('reports file, line, column, and field of an invalid workload', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'deploy.yaml'), deployment('web', { containers: 'app' }));
    const { code, stdout, stderr } = await proxyInjector(['inject', 'deploy.yaml'], { cwd });
    assert.deepEqual([code, stdout], [2, deployment('web', { containers: 'app' })]);
    assert.equal(
      stderr,
      'deployment/web  failed  deploy.yaml:10:7 spec.template.spec.containers: expected a list, got a string\n',
    );
  });

  it('injects the rest if a document is broken or a file is missing', async () => {
    const stdin = `${BROKEN}---\n${deployment('web')}`;
    const { code, stdout, stderr } = await proxyInjector(['inject', '-f', 'none.yaml', '-f', '-'], { stdin });
    assert.equal(code, 2);
    assert.ok(stdout.startsWith(BROKEN));
    assert.match(stdout, /proxy-sidecar/);
    assert.ok(stderr.startsWith(REPORT));
    assert.match(stderr, /^error: none\.yaml: no such file or directory$/m);
    assert.match(stderr, /^error: <stdin>:\d+:\d+: /m);
  });

  it('changes nothing the second time', async () => {
    const once = await proxyInjector(['inject', '-f', '-'], { stdin: deployment('web') });
    const twice = await proxyInjector(['inject', '--strict', '-f', '-'], { stdin: once.stdout });
    assert.deepEqual([twice.code, twice.stdout], [0, once.stdout]);
    assert.equal(twice.stderr, 'deployment/web  skipped  The Pod already has the proxy.\n');
  });

  it('moves the init container to the end if one was appended since', async () => {
    const once = await proxyInjector(['inject', '-f', '-'], { stdin: deployment('web') });
    const wait = '        - name: wait # mine\n          image: "wait:1"\n';
    const appended = `${once.stdout}${wait}`;
    const { code, stdout, stderr } = await proxyInjector(['inject', '--strict', '-f', '-'], {
      stdin: appended,
    });
    const message = 'The Pod already has the proxy. Its init container was moved to the end.';
    assert.deepEqual([code, stderr], [0, `deployment/web  skipped  ${message}\n`]);
    assert.ok(stdout.includes(`      initContainers:\n${wait}        - name: init-iptables\n`));
    const removed = await proxyInjector(['uninject', '-f', '-'], { stdin: stdout });
    assert.equal(removed.stdout, (await proxyInjector(['uninject', '-f', '-'], { stdin: appended })).stdout);
    const explained = await proxyInjector(['explain', '-f', '-'], { stdin: appended });
    assert.ok(explained.stdout.includes(message));
  });

  const OTHER = { INJECTOR_PROXY_MODE: 'native' };

  it('warns about a proxy of another configuration, and exits with 1 with --strict', async () => {
    const once = await proxyInjector(['inject', '-f', '-'], { stdin: deployment('web') });
    const hash = /config-hash: "?([0-9a-f]{16})/.exec(once.stdout)?.[1];
    const twice = await proxyInjector(['inject', '-f', '-'], { stdin: once.stdout, env: OTHER });
    assert.deepEqual([twice.code, twice.stdout], [0, once.stdout]);
    assert.match(twice.stderr, /^deployment\/web {2}skipped {2}The Pod already has the proxy\.\n +warning +/);
    assert.match(
      twice.stderr,
      new RegExp(`injected with another configuration \\(hash ${hash}, now [0-9a-f]{16}\\)\\n$`),
    );
    const strict = await proxyInjector(['inject', '--strict', '-f', '-'], { stdin: once.stdout, env: OTHER });
    assert.deepEqual([strict.code, strict.stdout, strict.stderr], [1, twice.stdout, twice.stderr]);
  });

  it('replaces a proxy with --replace, as if the original manifest were injected', async () => {
    const stdin = `# mine\n${SERVICE}---\n${deployment('web')}`;
    const old = await proxyInjector(['inject', '-f', '-'], { stdin });
    const fresh = await proxyInjector(['inject', '-f', '-'], { stdin, env: OTHER });
    const replace = ['inject', '--replace', '--strict', '-f', '-'];
    const { code, stdout, stderr } = await proxyInjector(replace, { stdin: old.stdout, env: OTHER });
    assert.deepEqual([code, stdout], [0, fresh.stdout]);
    assert.equal(stderr, 'deployment/web  replaced  The proxy was replaced.\n');
    const again = await proxyInjector(replace, { stdin: stdout, env: OTHER });
    assert.deepEqual([again.code, again.stdout], [0, stdout]);
    assert.equal(again.stderr, 'deployment/web  skipped  The Pod already has the proxy.\n');
  });

  it('changes who redirects with --replace', async () => {
    const NODE = { INJECTOR_REDIRECT_BY: 'node', INJECTOR_PROXY_MODE: 'native' };
    const stdin = deployment('web');
    const byPod = await proxyInjector(['inject', '-f', '-'], { stdin });
    const byNode = await proxyInjector(['inject', '-f', '-'], { stdin, env: NODE });
    const replaced = async (given: string, env = {}) =>
      (await proxyInjector(['inject', '--replace', '-f', '-'], { stdin: given, env })).stdout;
    assert.equal(await replaced(byPod.stdout, NODE), byNode.stdout);
    assert.equal(await replaced(byNode.stdout), byPod.stdout);
  });

  it('removes what the agent would act on from a workload that gets no proxy', async () => {
    const redirect = `proxy-injection/redirect: '{"tcpPort":1}'`;
    const annotations = 'proxy-injection: disabled';
    const stdin = deployment('web', { annotations: `${annotations}, ${redirect}` });
    const env = { INJECTOR_INELIGIBLE_PODS: 'admit' };
    const { code, stdout } = await proxyInjector(['inject', '-f', '-'], { stdin, env });
    assert.deepEqual([code, stdout], [0, deployment('web', { annotations })]);
  });

  for (const [title, annotations] of [
    ['a block', "\n    proxy-injection/redirect: '{}' # mine\n"],
    ['a flow map', " { proxy-injection/redirect: '{}' }\n"],
    ['a flow map on several lines', " {\n    proxy-injection/redirect: '{}',\n    }\n"],
    ['JSON', ' {"proxy-injection/redirect": "{}"}\n'],
  ] as const) {
    it(`replaces what the agent would act on if it is alone in ${title}`, async () => {
      const stdin = `apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:${annotations}  name: web\nspec: {containers: [{name: app}]}\n`;
      const { code, stdout } = await proxyInjector(['inject', '-f', '-'], { stdin });
      assert.equal(code, 0);
      const keys = Object.keys(parse(stdout).metadata.annotations);
      assert.deepEqual(
        keys.map((key) => key.replace('proxy-injection/', '')),
        ['status', 'config-hash', 'version'],
      );
    });
  }

  it('injects a workload without a proxy with --replace', async () => {
    const { code, stderr } = await proxyInjector(['inject', '--replace', '-f', '-'], {
      stdin: deployment('web'),
    });
    assert.deepEqual([code, stderr], [0, REPORT]);
  });

  it('keeps the proxy of a workload that is now denied with --replace', async () => {
    const { stdout: stdin } = await proxyInjector(['inject', '-f', '-'], { stdin: deployment('web') });
    const options = ['--replace', '--namespace-annotation', 'proxy-injection=disabled'];
    const { code, stdout, stderr } = await proxyInjector(['inject', ...options, '-f', '-'], { stdin });
    assert.deepEqual([code, stdout], [1, stdin]);
    assert.equal(stderr, 'deployment/web  denied  Automatic namespace injection is disabled.\n');
  });

  it('warns about a variable that matches no setting', async () => {
    const env = { INJECTOR_PROXY_MOD: 'native' };
    const { code, stderr } = await proxyInjector(['inject', '-f', '-'], { stdin: deployment('web'), env });
    assert.deepEqual(
      [code, stderr],
      [0, `warning: INJECTOR_PROXY_MOD: expected the name of a setting\n${REPORT}`],
    );
  });

  it('reports a missing Pod template', async () => {
    const stdin = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {}\n';
    const { code, stderr } = await proxyInjector(['inject', '-f', '-'], { stdin });
    assert.equal(code, 2);
    assert.match(stderr, /spec\.template: expected a Pod template, got nothing\n$/);
  });

  it('reports an input without workloads', async () => {
    const { code, stdout, stderr } = await proxyInjector(['inject', '-f', '-'], { stdin: SERVICE });
    assert.deepEqual([code, stdout, stderr], [0, SERVICE, 'No workloads found in the input.\n']);
  });
});

/** The exit code in each situation. */
const CODES: readonly [string, string, readonly string[], number][] = [
  ['all workloads are injected', deployment('web'), [], 0],
  ['one is denied', `${deployment('web')}---\n${deployment('off', OPTED_OUT)}`, [], 1],
  ['one is skipped', deployment('web'), ['-n', 'kube-system'], 0],
  ['one is skipped with --strict', deployment('web'), ['-n', 'kube-system', '--strict'], 1],
  [
    'one is in a namespace whose labels keep it from the webhook with --strict',
    deployment('web'),
    ['--namespace-label', 'team=web', '--strict'],
    1,
  ],
  [
    'all are in a namespace that opted in with --strict',
    deployment('web'),
    ['--namespace-label', 'proxy-injection=enabled', '--strict'],
    0,
  ],
  ['there are no workloads with --strict', SERVICE, ['--strict'], 1],
  ['one is denied and a document is broken', `${BROKEN}---\n${deployment('off', OPTED_OUT)}`, [], 2],
  ['the namespace name is invalid', deployment('web'), ['-n', 'Shop'], 2],
  ['an annotation has no value', deployment('web'), ['--namespace-annotation', 'proxy-injection'], 2],
  ['the configuration file is missing', deployment('web'), ['--config', 'none.yaml'], 2],
];

describe('inject exits', () => {
  for (const [name, stdin, options, expected] of CODES) {
    it(`with ${expected} if ${name}`, async () => {
      const { code } = await proxyInjector(['inject', '-f', '-', ...options], { stdin });
      assert.equal(code, expected);
    });
  }

  it('with 2 if no file is named', async () => {
    const { code, stderr } = await proxyInjector(['inject']);
    assert.deepEqual(
      [code, stderr],
      [2, 'error: FILE: expected a file, a directory, or - for stdin, got nothing\n'],
    );
  });
});
