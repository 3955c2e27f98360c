import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { stringify } from 'yaml';
import type { WorkloadExplanation } from '../../src/cli/explain/workload-explanation.js';
import { loadCliConfiguration } from '../../src/cli/input/open-configuration.js';
import { decodeReview } from '../../src/review/review.js';
import { REVIEWS, recordedReview } from '../support/reviews.js';
import { proxyInjector, temporaryFolder } from './command-line.js';
import { SERVICE } from './sample-manifests.js';

const cwd = temporaryFolder();
writeFileSync(
  join(cwd, 'web.yaml'),
  `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations:
    proxy-injection/log-level: debug
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    metadata:
      annotations:
        proxy-injection/mode: native
    spec:
      containers:
        - name: app
        - name: log
`,
);
writeFileSync(
  join(cwd, 'off.yaml'),
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations:\n    proxy-injection: disabled\nspec:\n  containers: [{name: app}]\n',
);
writeFileSync(
  join(cwd, 'config.yaml'),
  'ineligiblePods: admit\nredirect:\n  skipInboundPorts: 22,8000-8100\n',
);

const REVIEW = JSON.parse(recordedReview('pod-update-label'));

async function explainWorkload(...args: string[]): Promise<WorkloadExplanation[]> {
  const { code, stdout, stderr } = await proxyInjector(['explain', '-o', 'json', ...args], { cwd });
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('explain', () => {
  it('tells the rules in order, the facts, and where they come from', async () => {
    const { code, stdout } = await proxyInjector(['explain', '--config', 'config.yaml', 'off.yaml'], { cwd });
    assert.equal(code, 0);
    const lines = stdout.split('\n').map((line) => line.trim().replace(/ {2,}/g, '  '));
    assert.equal(lines[0], 'pod/web in namespace default: skipped. Automatic pod injection is disabled.');
    const from = lines.findIndex((line) => line.startsWith('yes'));
    assert.deepEqual(lines.slice(from - 1), [
      'no  namespace-disabled  namespace annotation proxy-injection is unknown (no Namespace default in the input)',
      'yes  pod-disabled  pod annotation proxy-injection is "disabled" (off.yaml:6:5)',
      'pod label proxy-injection is not set',
      'setting ineligiblePods is "admit" (config.yaml:1:17)',
      '',
    ]);
  });

  it('tells what would be added and redirected, in words, and where each value comes from', async () => {
    const { stdout } = await proxyInjector(['explain', '--config', 'config.yaml', 'web.yaml'], { cwd });
    const text = stdout.replace(/ {2,}/g, '  ');
    for (const line of [
      'init container  init-iptables  proxy-injector/proxy-init:0.1.0',
      'native sidecar  proxy-sidecar  lorenzotettamanti/cortexflow-proxy:latest',
      'inbound TCP  to port 5054, but not to the ports 22, 8000-8100',
      'inbound UDP  to port 5053, but not to the ports 22, 8000-8100',
      'outbound TCP  not redirected',
      'outbound DNS  not redirected',
      'families  ipv4 and ipv6',
      'proxy.image  lorenzotettamanti/cortexflow-proxy:latest  default',
      'proxy.mode  native  pod annotation, web.yaml:17:9',
      'proxy.logLevel  debug  namespace annotation, web.yaml:6:5',
      'redirect.skipInboundPorts  22,8000-8100  config.yaml:3:21',
    ]) {
      assert.ok(text.includes(`  ${line}\n`), `expected ${line}, got\n${text}`);
    }
  });

  it('takes a recorded AdmissionReview', async () => {
    const [only] = await explainWorkload(join(REVIEWS, 'pod-update-label.json'));
    assert.deepEqual([only?.outcome, only?.reason], ['skipped', 'not-applicable']);
    assert.equal(only?.rules[0]?.facts[0]?.value, 'UPDATE');
  });

  it('tells of every recorded AdmissionReview what the webhook decides', async () => {
    const files = readdirSync(REVIEWS);
    const { injector } = loadCliConfiguration({}, undefined);
    const reasons = files.map((file) => {
      const { object, facts } = decodeReview(Buffer.from(recordedReview(file.replace('.json', ''))));
      const decision = injector.decide(object, facts, { annotations: {} });
      return 'reason' in decision && decision.reason;
    });
    const explanations = await explainWorkload(...files.map((file) => join(REVIEWS, file)));
    assert.deepEqual(
      explanations.map(({ reason }) => reason),
      reasons,
    );
    for (const { outcome, rules } of explanations) {
      assert.equal(rules.at(-1)?.holds, outcome !== 'injected');
    }
  });

  it('refuses an AdmissionReview without a request', async () => {
    const stdin = '{"kind": "AdmissionReview"}';
    const { code, stderr } = await proxyInjector(['explain', '-f', '-'], { stdin });
    assert.equal(code, 2);
    assert.match(stderr, /^error: <stdin>:1:1: request: expected an object, got nothing\n$/);
  });

  it('loses none of the others where an AdmissionReview is broken', async () => {
    const stdin = '{"kind": "AdmissionReview"}';
    const { code, stdout, stderr } = await proxyInjector(['explain', '-f', '-', 'off.yaml'], { stdin, cwd });
    assert.equal(code, 2);
    assert.match(stdout, /^pod\/web in namespace default: denied/);
    assert.match(stderr, /^error: <stdin>:1:1: request: /);
  });

  for (const [name, stdin] of [
    ['in YAML', stringify(REVIEW)],
    ['behind a byte order mark', `\uFEFF${JSON.stringify(REVIEW)}`],
    ['one after the other', JSON.stringify(REVIEW, null, 2).repeat(2)],
    ['beside manifests', `${readFileSync(join(cwd, 'off.yaml'))}---\n${JSON.stringify(REVIEW)}`],
  ] as const) {
    it(`takes AdmissionReviews ${name}`, async () => {
      const { code, stdout, stderr } = await proxyInjector(['explain', '-o', 'json', '-f', '-'], { stdin });
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      const explanations: WorkloadExplanation[] = JSON.parse(stdout);
      assert.equal(explanations.length, /other|beside/.test(name) ? 2 : 1);
      assert.equal(explanations.at(-1)?.reason, 'not-applicable');
    });
  }

  it('names the place in an AdmissionReview', async () => {
    const stdin = stringify(REVIEW);
    const { stdout } = await proxyInjector(['explain', '-o', 'json', '-f', '-'], { stdin });
    const line = 1 + stdin.split('\n').findIndex((text) => text.startsWith('  operation:'));
    assert.equal(JSON.parse(stdout)[0].rules[0].facts[0].origin, `<stdin>:${line}:3`);
  });

  it('tells the same to machines', async () => {
    const [only] = await explainWorkload('web.yaml');
    assert.equal(only?.object, 'deployment/web');
    assert.equal(only?.namespace, 'shop');
    assert.deepEqual(
      only?.values.find(({ setting }) => setting === 'proxy.mode'),
      {
        setting: 'proxy.mode',
        what: 'pod annotation proxy-injection/mode',
        source: 'pod',
        path: 'metadata.annotations["proxy-injection/mode"]',
        value: 'native',
        origin: 'web.yaml:17:9',
      },
    );
  });

  it('knows that an annotation is not set where it knows the namespace', async () => {
    const { stdout } = await proxyInjector(['explain', 'web.yaml'], { cwd });
    assert.match(stdout, /namespace annotation proxy-injection is not set\n/);
    const [only] = await explainWorkload('off.yaml');
    const facts = only?.rules.flatMap((rule) => rule.facts) ?? [];
    assert.equal(
      facts.find(({ source }) => source === 'namespace')?.origin,
      'no Namespace default in the input',
    );
  });

  it('names the option or variable that a fact comes from', async () => {
    const option = await explainWorkload(
      '--namespace-annotation',
      'proxy-injection=disabled',
      '-n',
      'x',
      'off.yaml',
    );
    const facts = option[0]?.rules.flatMap((rule) => rule.facts) ?? [];
    const origin = (what: string) => facts.find((fact) => fact.what === what)?.origin;
    assert.equal(origin('namespace annotation proxy-injection'), '--namespace-annotation');
    assert.equal(origin('request namespace'), '--namespace');
    assert.equal(option[0]?.reason, 'namespace-disabled');
  });
});

describe('an input without a workload', () => {
  for (const command of ['explain', 'redirect', 'inject', 'uninject']) {
    it(`is what ${command} says that it is`, async () => {
      const { code, stderr } = await proxyInjector([command, '-f', '-'], { stdin: SERVICE });
      assert.deepEqual({ code, stderr }, { code: 0, stderr: 'There is no workload in the input.\n' });
    });
  }
});
