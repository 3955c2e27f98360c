import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Given, subject } from '../../../../test/support/core-cases.js';
import { decide } from '../decision.js';
import { REASONS } from '../reasons.js';

const APP = { name: 'app' };

function withContainer(name: string): Given {
  return { spec: { containers: [APP, { name }] } };
}

function withInitContainer(name: string, restartPolicy?: string): Given {
  return { spec: { containers: [APP], initContainers: [{ name, restartPolicy }] } };
}

/** A Pod of another mesh, and what the message names. */
const FOREIGN: readonly [Given, string][] = [
  [withContainer('istio-proxy'), 'Container "istio-proxy" (Istio).'],
  [withInitContainer('istio-proxy', 'Always'), 'Container "istio-proxy" (Istio).'],
  [withInitContainer('istio-init'), 'Container "istio-init" (Istio).'],
  [withInitContainer('istio-validation'), 'Container "istio-validation" (Istio).'],
  [{ annotations: { 'sidecar.istio.io/status': '{}' } }, 'Annotation sidecar.istio.io/status (Istio).'],
  [{ annotations: { 'sidecar.istio.io/inject': 'true' } }, 'Annotation sidecar.istio.io/inject (Istio).'],
  [{ labels: { 'sidecar.istio.io/inject': 'true' } }, 'Label sidecar.istio.io/inject (Istio).'],
  [withContainer('linkerd-proxy'), 'Container "linkerd-proxy" (Linkerd).'],
  [withInitContainer('linkerd-proxy', 'Always'), 'Container "linkerd-proxy" (Linkerd).'],
  [withInitContainer('linkerd-init'), 'Container "linkerd-init" (Linkerd).'],
  [withInitContainer('linkerd-network-validator'), 'Container "linkerd-network-validator" (Linkerd).'],
  [{ annotations: { 'linkerd.io/proxy-version': 'v2' } }, 'Annotation linkerd.io/proxy-version (Linkerd).'],
  [{ annotations: { 'linkerd.io/inject': 'enabled' } }, 'Annotation linkerd.io/inject (Linkerd).'],
  [{ annotations: { 'linkerd.io/inject': 'ingress' } }, 'Annotation linkerd.io/inject (Linkerd).'],
  [withContainer('kuma-sidecar'), 'Container "kuma-sidecar" (Kuma).'],
  [withInitContainer('kuma-sidecar', 'Always'), 'Container "kuma-sidecar" (Kuma).'],
  [withInitContainer('kuma-init'), 'Container "kuma-init" (Kuma).'],
  [withInitContainer('kuma-validation'), 'Container "kuma-validation" (Kuma).'],
  [{ annotations: { 'kuma.io/sidecar-injected': 'true' } }, 'Annotation kuma.io/sidecar-injected (Kuma).'],
  [{ labels: { 'kuma.io/sidecar-injection': 'enabled' } }, 'Label kuma.io/sidecar-injection (Kuma).'],
  [withContainer('consul-dataplane'), 'Container "consul-dataplane" (Consul).'],
  [withContainer('consul-dataplane-web'), 'Container "consul-dataplane-web" (Consul).'],
  [withInitContainer('consul-dataplane', 'Always'), 'Container "consul-dataplane" (Consul).'],
  [withInitContainer('consul-connect-inject-init'), 'Container "consul-connect-inject-init" (Consul).'],
  [
    { annotations: { 'consul.hashicorp.com/connect-inject-status': 'injected' } },
    'Annotation consul.hashicorp.com/connect-inject-status (Consul).',
  ],
  [
    { annotations: { 'consul.hashicorp.com/connect-inject': 'true' } },
    'Annotation consul.hashicorp.com/connect-inject (Consul).',
  ],
];

/** What looks like another mesh and is none. */
const OWN: readonly [string, Given][] = [
  ['opts out of Istio', { annotations: { 'sidecar.istio.io/inject': 'false' } }],
  ['opts out of Istio by label', { labels: { 'sidecar.istio.io/inject': 'false' } }],
  ['opts out of Linkerd', { annotations: { 'linkerd.io/inject': 'disabled' } }],
  ['opts out of Kuma', { labels: { 'kuma.io/sidecar-injection': 'disabled' } }],
  ['was not injected by Kuma', { annotations: { 'kuma.io/sidecar-injected': 'false' } }],
  ['opts out of Consul', { annotations: { 'consul.hashicorp.com/connect-inject': 'false' } }],
  ['has a container with a longer name', withContainer('istio-proxy-tests')],
  ['has a Dapr sidecar', { ...withContainer('daprd'), annotations: { 'dapr.io/enabled': 'true' } }],
  [
    'has a Vault agent',
    {
      ...withContainer('vault-agent'),
      annotations: { 'vault.hashicorp.com/agent-inject-status': 'injected' },
    },
  ],
  ['has keys such as constructor', { annotations: { constructor: 'x' }, labels: { toString: 'x' } }],
  ['has no metadata', { object: { spec: { containers: [APP] } } }],
];

describe('a Pod of another mesh', () => {
  for (const [given, found] of FOREIGN) {
    it(`is denied, naming ${found}`, () => {
      const message = `${REASONS['foreign-proxy']} ${found}`;
      assert.deepEqual(decide(subject(given)), { outcome: 'denied', reason: 'foreign-proxy', message });
    });
  }

  it('is admitted with a warning that names all of it if ineligiblePods is admit', () => {
    for (const [given, found] of FOREIGN) {
      const decision = decide(subject({ ...given, settings: { ineligiblePods: 'admit' } }));
      const warnings = [`proxy-injection: ${REASONS['foreign-proxy']} ${found}`];
      assert.deepEqual('warnings' in decision && decision.warnings, warnings);
    }
  });

  for (const [name, given] of OWN) {
    it(`is not one that ${name}`, () => assert.equal(decide(subject(given)).outcome, 'injected'));
  }

  it('is one of the meshes in foreignProxies only', () => {
    const foreignProxies = [{ name: 'App Mesh', containers: ['envoy'], metadata: ['a/b=c=d'] }];
    const reason = (given: Given) => {
      const decision = decide(subject({ ...given, settings: { foreignProxies } }));
      return 'message' in decision && decision.message;
    };
    assert.equal(
      reason(withContainer('envoy')),
      'The Pod belongs to another mesh. Container "envoy" (App Mesh).',
    );
    assert.equal(
      reason({ labels: { 'a/b': 'c=d' } }),
      'The Pod belongs to another mesh. Label a/b (App Mesh).',
    );
    assert.equal(reason({ labels: { 'a/b': 'c' } }), REASONS.injected);
    assert.equal(reason(withContainer('istio-proxy')), REASONS.injected);
  });
});
