import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { proxyInjector, temporaryFolder } from './command-line.js';

const cwd = temporaryFolder();
const file = (name: string, text: string) => writeFileSync(join(cwd, name), text);
file('admit.yaml', 'ineligiblePods: admit\nselection: optOut\nexcludedNamespaces: [infra]\n');
file('quiet.yaml', 'annotateOutcome: disabled\n');
file(
  'unsupported.yaml',
  'events: enabled\nproxy: {podResources: grow, mode: native}\nredirect: {by: node}\n',
);
file('long.yaml', `proxy: {container: {env: [{name: A, value: ${'x'.repeat(90_000)}}]}}\n`);

// biome-ignore lint/suspicious/noExplicitAny: objects of several kinds
async function objects(...args: readonly string[]): Promise<any[]> {
  const { code, stdout, stderr } = await proxyInjector(['policy', ...args], { cwd });
  assert.deepEqual([code, stderr], [0, '']);
  return parseAllDocuments(stdout).map((document) => document.toJS());
}

const SYSTEM = ['kube-system', 'kube-public', 'kube-node-lease'];
const notIn = (key: string, ...values: string[]) => ({ key, operator: 'NotIn', values });

describe('policy', () => {
  it('prints a policy that injects, one that denies, and one that warns, each with its bindings', async () => {
    const all = await objects();
    assert.deepEqual(
      all.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      [
        'MutatingAdmissionPolicy proxy-injector',
        'MutatingAdmissionPolicyBinding proxy-injector-namespaces',
        'MutatingAdmissionPolicyBinding proxy-injector-pods',
        'ValidatingAdmissionPolicy proxy-injector-refusals',
        'ValidatingAdmissionPolicyBinding proxy-injector-refusals-namespaces',
        'ValidatingAdmissionPolicyBinding proxy-injector-refusals-pods',
        'ValidatingAdmissionPolicy proxy-injector-warnings',
        'ValidatingAdmissionPolicyBinding proxy-injector-warnings-namespaces',
        'ValidatingAdmissionPolicyBinding proxy-injector-warnings-pods',
      ],
    );
    assert.deepEqual(
      all.filter(({ kind }) => kind.endsWith('Binding')).map(({ spec }) => spec.policyName),
      ['proxy-injector', 'proxy-injector-refusals', 'proxy-injector-warnings'].flatMap((name) => [
        name,
        name,
      ]),
    );
  });

  it('binds them as the chart selects Pods for the webhook', async () => {
    const [, namespaces, pods] = await objects('--config', 'admit.yaml');
    const excluded = notIn('kubernetes.io/metadata.name', ...SYSTEM, 'infra');
    const notDisabled = { matchExpressions: [notIn('proxy-injection', 'disabled')] };
    assert.deepEqual(namespaces.spec.matchResources, {
      namespaceSelector: {
        matchExpressions: [{ key: 'proxy-injection', operator: 'In', values: ['enabled'] }, excluded],
      },
      objectSelector: notDisabled,
    });
    assert.deepEqual(pods.spec.matchResources, {
      namespaceSelector: { matchExpressions: [notIn('proxy-injection', 'enabled', 'disabled'), excluded] },
      objectSelector: notDisabled,
    });
  });

  it('prints no warnings if no outcome is recorded', async () => {
    const kinds = (await objects('--config', 'quiet.yaml')).map(({ metadata }) => metadata.name);
    assert.ok(!kinds.some((name) => name.includes('warnings')), kinds.join());
  });

  it('names static manifests as the API server wants them, for each plugin on its own', async () => {
    const mutating = await objects('--static', '--plugin', 'mutating', '--name', 'mesh');
    assert.deepEqual(
      mutating.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      [
        'MutatingAdmissionPolicy mesh.static.k8s.io',
        'MutatingAdmissionPolicyBinding mesh-namespaces.static.k8s.io',
        'MutatingAdmissionPolicyBinding mesh-pods.static.k8s.io',
      ],
    );
    assert.equal(mutating[1].spec.policyName, 'mesh.static.k8s.io');
    const validating = await objects('--static', '--plugin', 'validating');
    assert.ok(validating.every(({ kind }) => kind.startsWith('Validating')));
  });

  it('takes names that objects can have', async () => {
    const [policy] = await objects('--name', 'mesh-1.prod');
    assert.equal(policy.metadata.name, 'mesh-1.prod');
    for (const name of ['Mesh', 'mesh..prod', 'mesh.-prod', 'mesh-', 'm'.repeat(202)]) {
      const { code, stdout, stderr } = await proxyInjector(['policy', '--name', name], { cwd });
      assert.deepEqual([code, stdout], [2, ''], name);
      assert.match(
        stderr,
        /Expected a DNS name of at most 201 lowercase letters, digits, dots, and dashes\./,
      );
    }
  });

  it('writes to a file', async () => {
    await proxyInjector(['policy', '-o', 'policy.yaml'], { cwd });
    assert.match(readFileSync(join(cwd, 'policy.yaml'), 'utf8'), /^apiVersion: admissionregistration/);
  });

  it('names every setting that policies have no equivalent for', async () => {
    const { code, stdout, stderr } = await proxyInjector(['policy', '--config', 'unsupported.yaml'], { cwd });
    assert.deepEqual([code, stdout], [2, '']);
    assert.deepEqual(stderr.trimEnd().split('\n'), [
      'error: proxy.podResources: expected omit or refuse (an admission policy cannot add up quantities), got "grow"',
      'error: redirect.by: expected pod (admission policies do not support node mode), got "node"',
      'error: events: expected disabled (an admission policy cannot write Events), got "enabled"',
    ]);
  });

  it('names a text that is too long for an expression', async () => {
    const { code, stderr } = await proxyInjector(['policy', '--config', 'long.yaml'], { cwd });
    assert.equal(code, 2);
    assert.equal(
      stderr,
      'error: proxy.container.env[0].value: expected at most 90000 characters as a CEL literal, got 90002\n',
    );
  });
});
