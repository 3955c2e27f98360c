import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { stringify } from 'yaml';
import type { WorkloadExplanation } from '../../src/cli/explain/workload-explanation.js';
import { loadCliConfiguration } from '../../src/cli/input/open-configuration.js';
import { reasonLink } from '../../src/core/values/documentation.js';
import { PRODUCT_VERSION } from '../../src/core/version.js';
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

async function explainAsJson(...args: string[]): Promise<WorkloadExplanation[]> {
  const { code, stdout, stderr } = await proxyInjector(['explain', '-o', 'json', ...args], { cwd });
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('explain', () => {
  it('shows the rules in order, their facts, and where the facts come from', async () => {
    const { code, stdout } = await proxyInjector(['explain', '--config', 'config.yaml', 'off.yaml'], { cwd });
    assert.equal(code, 0);
    const lines = stdout.split('\n').map((line) => line.trim().replace(/ {2,}/g, '  '));
    assert.equal(lines[0], 'pod/web in namespace default: skipped. Automatic pod injection is disabled.');
    const from = lines.findIndex((line) => line.startsWith('yes'));
    assert.deepEqual(lines.slice(from - 2), [
      'no  namespace-disabled  namespace annotation proxy-injection is unknown (no Namespace default in the input)',
      'namespace label proxy-injection is unknown (no Namespace default in the input)',
      'yes  pod-disabled  pod annotation proxy-injection is "disabled" (off.yaml:6:5)',
      'pod label proxy-injection is not set',
      'setting ineligiblePods is "admit" (config.yaml:1:17)',
      '',
    ]);
  });

  it('shows what would be added and redirected, and the source of each setting', async () => {
    const { stdout } = await proxyInjector(['explain', '--config', 'config.yaml', 'web.yaml'], { cwd });
    const text = stdout.replace(/ {2,}/g, '  ');
    for (const line of [
      'init container  init-iptables  ghcr.io/proxy-injector/proxy-init:0.2.0',
      'native sidecar  proxy-sidecar  lorenzotettamanti/cortexflow-proxy:latest',
      'inbound TCP  to port 5054, except ports 22, 8000-8100',
      'inbound UDP  to port 5053, except ports 22, 8000-8100',
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

  it("shows the proxy's user with the namespace's annotation that it comes from", async () => {
    const manifest = (range: string) =>
      `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  annotations:\n    ${range}\n---\n` +
      'apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: [{name: app}]}\n';
    const explained = async (range: string) => {
      const env = { INJECTOR_PROXY_UID: 'namespace' };
      const { stdout } = await proxyInjector(['explain', '-f', '-'], { env, stdin: manifest(range) });
      return stdout.replace(/ {2,}/g, '  ');
    };
    assert.match(
      await explained('openshift.io/sa.scc.uid-range: 1000650000/10000'),
      /\n {2}proxy\.uid {2}1000659999 {2}namespace annotation, <stdin>:6:5\n/,
    );
    assert.match(
      await explained('openshift.io/sa.scc.uid-range: 10-1'),
      /: denied\. The namespace does not say .* expected a range .*, got "10-1"\n[\s\S]*\n {2}yes {2}invalid-id-range {2}/,
    );
  });

  it('explains a recorded AdmissionReview', async () => {
    const [only] = await explainAsJson(join(REVIEWS, 'pod-update-label.json'));
    assert.deepEqual([only?.outcome, only?.reason], ['skipped', 'not-applicable']);
    assert.equal(only?.rules[0]?.facts[0]?.value, 'UPDATE');
  });

  it("shows the webhook's decision for every recorded AdmissionReview", async () => {
    const files = readdirSync(REVIEWS);
    const { injector } = loadCliConfiguration({}, {});
    const reasons = files.map((file) => {
      const { object, facts } = decodeReview(Buffer.from(recordedReview(file.replace('.json', ''))));
      const decision = injector.decide(object, facts, { annotations: {} });
      return 'reason' in decision && decision.reason;
    });
    const explanations = await explainAsJson(...files.map((file) => join(REVIEWS, file)));
    assert.deepEqual(
      explanations.map(({ reason }) => reason),
      reasons,
    );
    for (const { outcome, rules } of explanations) {
      assert.equal(rules.at(-1)?.holds, outcome !== 'injected');
    }
  });

  it('rejects an AdmissionReview without a request', async () => {
    const stdin = '{"kind": "AdmissionReview"}';
    const { code, stderr } = await proxyInjector(['explain', '-f', '-'], { stdin });
    assert.equal(code, 2);
    assert.match(stderr, /^error: <stdin>:1:1: request: expected an object, got nothing\n$/);
  });

  it('explains the other inputs if an AdmissionReview is invalid', async () => {
    const stdin = '{"kind": "AdmissionReview"}';
    const { code, stdout, stderr } = await proxyInjector(['explain', '-f', '-', 'off.yaml'], { stdin, cwd });
    assert.equal(code, 2);
    assert.match(stdout, /^pod\/web in namespace default: denied/);
    assert.match(stderr, /^error: <stdin>:1:1: request: /);
  });

  for (const [name, stdin] of [
    ['in YAML', stringify(REVIEW)],
    ['after a byte order mark', `\uFEFF${JSON.stringify(REVIEW)}`],
    ['in a row', JSON.stringify(REVIEW, null, 2).repeat(2)],
    ['next to manifests', `${readFileSync(join(cwd, 'off.yaml'))}---\n${JSON.stringify(REVIEW)}`],
  ] as const) {
    it(`explains AdmissionReviews ${name}`, async () => {
      const { code, stdout, stderr } = await proxyInjector(['explain', '-o', 'json', '-f', '-'], { stdin });
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      const explanations: WorkloadExplanation[] = JSON.parse(stdout);
      assert.equal(explanations.length, /row|next/.test(name) ? 2 : 1);
      assert.equal(explanations.at(-1)?.reason, 'not-applicable');
    });
  }

  it('shows positions in an AdmissionReview', async () => {
    const stdin = stringify(REVIEW);
    const { stdout } = await proxyInjector(['explain', '-o', 'json', '-f', '-'], { stdin });
    const line = 1 + stdin.split('\n').findIndex((text) => text.startsWith('  operation:'));
    assert.equal(JSON.parse(stdout)[0].rules[0].facts[0].origin, `<stdin>:${line}:3`);
  });

  it('prints the explanation as JSON', async () => {
    const [only] = await explainAsJson('web.yaml');
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

  it('reports a missing annotation as not set only if the namespace is known', async () => {
    const { stdout } = await proxyInjector(['explain', 'web.yaml'], { cwd });
    assert.match(stdout, /namespace annotation proxy-injection is not set\n/);
    const [only] = await explainAsJson('off.yaml');
    const facts = only?.rules.flatMap((rule) => rule.facts) ?? [];
    assert.equal(
      facts.find(({ source }) => source === 'namespace')?.origin,
      'no Namespace default in the input',
    );
  });

  it('warns about a namespace whose Pod Security level forbids the init container', async () => {
    const enforcing = (level: string) => ['--namespace-label', `pod-security.kubernetes.io/enforce=${level}`];
    const warnings = async (level: string) =>
      (await explainAsJson('web.yaml', ...enforcing(level)))[0]?.warnings;
    assert.deepEqual(await warnings('baseline'), [
      'proxy-injection: the Pod will be denied: the namespace enforces the Pod Security level baseline, which forbids ' +
        'the capability NET_ADMIN of init-iptables',
    ]);
    assert.deepEqual(await warnings('privileged'), []);
  });

  it('says that the node redirects, and why, and warns about no Pod Security level', async () => {
    const level = ['--namespace-label', 'pod-security.kubernetes.io/enforce=restricted'];
    const annotation = ['--namespace-annotation', 'proxy-injection/redirect-by=node'];
    const [only] = await explainAsJson('web.yaml', ...level, ...annotation);
    assert.deepEqual(only?.warnings, []);
    assert.deepEqual(only?.redirects[0], {
      traffic: 'applied by',
      text: 'the agent on the node, for which init-iptables waits',
    });
    const choice = only?.values.find(({ setting }) => setting === 'redirect.by');
    assert.deepEqual(
      [choice?.what, choice?.value, choice?.origin],
      ['namespace annotation proxy-injection/redirect-by', 'node', '--namespace-annotation'],
    );
    assert.ok(only?.adds.some(({ name }) => name === 'proxy-injection/redirect'));
  });

  it('names the option that a fact comes from', async () => {
    const option = await explainAsJson(
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

describe('whether the API server calls the webhook', () => {
  const manifest = (namespaceLabel: string, podLabel: string) =>
    `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {${namespaceLabel}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {${podLabel}}}
spec: {containers: [{name: app}]}
`;
  const NOT_CALLED =
    'pod/web in namespace shop: not called. The API server does not call the webhook for this Pod: it starts without a proxy.';
  const LABEL = 'label proxy-injection is';

  async function explained(stdin: string, ...options: string[]): Promise<string[]> {
    const { stdout } = await proxyInjector(['explain', '-f', '-', ...options], { stdin });
    return stdout.split('\n').map((line) => line.trim().replace(/ {2,}/g, '  '));
  }

  it('is no for a Pod labeled enabled in a namespace labeled disabled', async () => {
    const lines = await explained(manifest('proxy-injection: disabled', 'proxy-injection: enabled'));
    assert.deepEqual(lines.slice(0, 7), [
      NOT_CALLED,
      'If it were called: denied. Automatic namespace injection is disabled.',
      `See ${reasonLink('namespace-disabled')}`,
      '',
      "Whether the API server calls the webhook, by the chart's selectors:",
      `no  namespace ${LABEL} "disabled" (<stdin>:3:33)`,
      `pod ${LABEL} "enabled" (<stdin>:7:49)`,
    ]);
  });

  it('is no for a namespace with a label that selects nothing', async () => {
    const lines = await explained(manifest('proxy-injection: "true"', 'app: web'));
    assert.deepEqual(lines.slice(0, 2), [NOT_CALLED, 'If it were called: injected. The proxy was injected.']);
    assert.equal(
      lines[2],
      'warning proxy-injection: namespace label proxy-injection: expected enabled or disabled, got "true"',
    );
    assert.ok(lines.includes(`no  namespace ${LABEL} "true" (<stdin>:3:33)`));
  });

  it('is yes for a namespace labeled enabled', async () => {
    const lines = await explained(manifest('proxy-injection: enabled', 'app: web'));
    assert.equal(lines[0], 'pod/web in namespace shop: injected. The proxy was injected.');
    assert.ok(lines.includes(`yes  namespace ${LABEL} "enabled" (<stdin>:3:33)`));
    assert.ok(lines.includes(`pod ${LABEL} not set`));
  });

  it('is unknown if the namespace is unknown', async () => {
    const [, pod = ''] = manifest('', 'proxy-injection: enabled').split('---\n');
    const lines = await explained(pod, '--namespace-annotation', 'proxy-injection/mode=native');
    assert.equal(lines[0], 'pod/web in namespace shop: injected. The proxy was injected.');
    assert.ok(lines.includes(`unknown  namespace ${LABEL} unknown (no Namespace shop in the input)`));
  });

  it('is no for an excluded namespace, whatever its labels', async () => {
    const labeled = manifest('proxy-injection: enabled', 'app: web').replaceAll('shop', 'kube-system');
    assert.equal((await explained(labeled))[0], NOT_CALLED.replace('shop', 'kube-system'));
  });

  it('depends on --namespace-label for a namespace that is not in the input', async () => {
    const [, pod = ''] = manifest('', 'app: web').split('---\n');
    const enabled = await explained(pod, '--namespace-label', 'proxy-injection=enabled');
    assert.ok(enabled.includes(`yes  namespace ${LABEL} "enabled" (--namespace-label)`));
    const other = await explained(pod, '--namespace-label', 'team=web');
    assert.equal(other[0], NOT_CALLED);
    assert.ok(other.includes(`no  namespace ${LABEL} not set`));
  });

  it('is left out for an AdmissionReview, which is such a call', async () => {
    const [only] = await explainAsJson(join(REVIEWS, 'pod-by-kubectl.json'));
    assert.equal(only?.webhook, undefined);
  });
});

describe('a Pod of a cluster', () => {
  const UID = 'uid: 6f0c3a52-1f0b-4c8e-9d57-0a4f6f2d8c11';
  const pod = (metadata: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, ${metadata}}\nspec: {containers: [{name: app}]}\n`;

  async function headOf(stdin: string, ...options: string[]): Promise<string[]> {
    const { stdout } = await proxyInjector(['explain', '-f', '-', ...options], { stdin });
    return stdout.split('\n').slice(0, 3);
  }

  it('was injected, and would be again, with the same facts at their places in the input', async () => {
    for (const mode of ['container', 'native']) {
      const env = { INJECTOR_PROXY_MODE: mode };
      const { stdout: injected } = await proxyInjector(['inject', '-f', '-'], { stdin: pod(UID), env });
      const { stdout } = await proxyInjector(['explain', '-f', '-'], { stdin: injected, env });
      const lines = stdout.split('\n');
      assert.deepEqual(lines.slice(0, 2), [
        `pod/web in namespace shop was injected by version ${PRODUCT_VERSION} with this configuration.`,
        'A new Pod like it: injected. The proxy was injected.',
      ]);
      const line = injected.split('\n').findIndex((text) => text.includes('name: app')) + 1;
      assert.match(stdout, new RegExp(`sidecar-present +spec.containers.0..name is "app" .<stdin>:${line}:`));
    }
  });

  it('was injected with another configuration', async () => {
    const env = { INJECTOR_PROXY_IMAGE: 'proxy:2' };
    const { stdout: injected } = await proxyInjector(['inject', '-f', '-'], { stdin: pod(UID), env });
    const hash = /config-hash: "?(\w+)/.exec(injected)?.[1];
    const [first] = await headOf(injected);
    assert.equal(
      first,
      `pod/web in namespace shop was injected by version ${PRODUCT_VERSION} with another configuration (hash ${hash}).`,
    );
  });

  it('was injected with warnings, which cannot control the terminal', async () => {
    const env = { INJECTOR_PROXY_MODE: 'container' };
    const job = pod(UID).replace('spec: {', 'spec: {restartPolicy: Never, ');
    const { stdout: injected } = await proxyInjector(['inject', '-f', '-'], { stdin: job, env });
    const forged = injected.replace('the proxy keeps', 'first\\nthe \\e[1mproxy keeps');
    assert.notEqual(forged, injected);
    assert.deepEqual((await headOf(forged)).slice(1), [
      'warning first',
      'warning the [1mproxy keeps this Pod from completing; set proxy-injection/mode: native',
    ]);
  });

  it('was skipped, and would be injected now', async () => {
    const annotations = '{proxy-injection/status: skipped, proxy-injection/reason: namespace-disabled}';
    assert.deepEqual(await headOf(pod(`${UID}, annotations: ${annotations}`)), [
      'pod/web in namespace shop was skipped: namespace-disabled.',
      'A new Pod like it: injected. The proxy was injected.',
      `See ${reasonLink('namespace-disabled')}`,
    ]);
  });

  it('has no record if the webhook was not called', async () => {
    const label = ['--namespace-label', 'team=web'];
    assert.deepEqual(await headOf(pod(UID), ...label), [
      'pod/web in namespace shop has no record of the injector: most likely, the webhook was not called for it or did not answer.',
      'A new Pod like it: not called. The API server does not call the webhook for this Pod: it starts without a proxy.',
      'If it were called: injected. The proxy was injected.',
    ]);
  });

  it('is the only object with a record: a manifest of the same content has none', async () => {
    const annotations =
      'annotations: {proxy-injection/status: skipped, proxy-injection/reason: host-network}';
    assert.equal(
      (await headOf(pod(annotations)))[0],
      'pod/web in namespace shop: injected. The proxy was injected.',
    );
  });
});

describe('an input without workloads', () => {
  for (const command of ['explain', 'redirect', 'inject', 'uninject']) {
    it(`is reported by ${command}`, async () => {
      const { code, stderr } = await proxyInjector([command, '-f', '-'], { stdin: SERVICE });
      assert.deepEqual({ code, stderr }, { code: 0, stderr: 'No workloads found in the input.\n' });
    });
  }
});
