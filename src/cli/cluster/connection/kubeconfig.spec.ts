import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readKubeconfig } from './kubeconfig.js';
import { selectContext } from './selected-context.js';

const directory = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
after(() => rmSync(directory, { recursive: true }));

const FIRST = file(
  'first',
  `
contexts:
- {name: dev, context: {cluster: c, user: u, namespace: shop}}
- {name: broken, context: {cluster: none, user: u}}
- {name: nobody, context: {cluster: c, user: none}}
- {name: anonymous, context: {cluster: c}}
clusters:
- {name: c, cluster: {server: 'https://first/', certificate-authority: pki/ca.crt}}
users:
- {name: u, user: {client-key: /abs/key, tokenFile: token, exec: {command: ./plugin}}}
`,
);
const SECOND = file(
  'second',
  `
current-context: prod
contexts:
- {name: prod, context: {cluster: p, user: u}}
clusters:
- {name: c, cluster: {server: https://second}}
- {name: p, cluster: {server: https://prod}}
users:
- {name: u, user: {token: other}}
`,
);
const BOTH = { KUBECONFIG: [FIRST, join(directory, 'missing'), '', SECOND].join(delimiter) };

describe(readKubeconfig.name, () => {
  it('merges the files of KUBECONFIG; the first one that has a name wins', () => {
    const { files, currentContext, contexts, clusters } = readKubeconfig(BOTH, undefined);
    assert.deepEqual(files, [FIRST, SECOND]);
    assert.equal(currentContext, 'prod');
    assert.deepEqual([...contexts.keys()], ['dev', 'broken', 'nobody', 'anonymous', 'prod']);
    assert.deepEqual(clusters.get('c')?.server, 'https://first/');
  });

  it('makes paths absolute, and leaves a command to be found on PATH', () => {
    const { clusters, users } = readKubeconfig({}, FIRST);
    assert.equal(clusters.get('c')?.['certificate-authority'], join(directory, 'pki/ca.crt'));
    assert.deepEqual(users.get('u'), {
      'client-key': '/abs/key',
      tokenFile: join(directory, 'token'),
      exec: { command: join(directory, 'plugin') },
    });
    const plain = file('plain', 'users: [{name: u, user: {exec: {command: aws}}}]');
    assert.deepEqual(readKubeconfig({}, plain).users.get('u'), { exec: { command: 'aws' } });
  });

  it('prefers --kubeconfig to KUBECONFIG, and that to the home directory', () => {
    assert.deepEqual(readKubeconfig(BOTH, SECOND).files, [SECOND]);
    assert.deepEqual(readKubeconfig({ HOME: directory }, undefined).files, []);
  });

  const INVALID: [string, string | undefined, RegExp][] = [
    ['is missing', undefined, /none: expected a kubeconfig: no such file$/],
    ['is not YAML', 'a: [', /: expected a kubeconfig: Flow sequence/],
    ['is no map', 'text', /: expected a kubeconfig, got no map$/],
  ];
  for (const [what, text, message] of INVALID) {
    it(`rejects a file that ${what}`, () => {
      const path = text === undefined ? join(directory, 'none') : file('invalid', text);
      assert.throws(() => readKubeconfig({}, path), { name: 'UserError', message });
    });
  }
});

describe(selectContext.name, () => {
  const config = readKubeconfig(BOTH, undefined);

  it('selects the current context, or the named one', () => {
    assert.equal(selectContext(config, undefined).cluster.server, 'https://prod');
    const { name, cluster, namespace } = selectContext(config, 'dev');
    assert.deepEqual([name, cluster.server, namespace], ['dev', 'https://first', 'shop']);
  });

  it('selects a context without a user', () => assert.deepEqual(selectContext(config, 'anonymous').user, {}));

  const INVALID: [string, string | undefined, RegExp][] = [
    ['does not exist', 'x', /^--context: expected one of dev, broken, nobody, anonymous, prod, got x$/],
    ['has no cluster', 'broken', /context broken: expected a cluster .*, got no cluster none$/],
    ['has no user', 'nobody', /context nobody: expected a user, got no user none$/],
  ];
  for (const [what, name, message] of INVALID) {
    it(`rejects a context that ${what}`, () => {
      assert.throws(() => selectContext(config, name), { name: 'UserError', message });
    });
  }

  it('names the contexts if none is current', () => {
    assert.throws(() => selectContext(readKubeconfig({}, FIRST), undefined), {
      name: 'UserError',
      message: /^--context: expected one of dev, broken, nobody, anonymous: .*first has no current-context$/,
    });
  });
});

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}
