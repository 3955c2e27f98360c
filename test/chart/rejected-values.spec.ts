import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../src/core/values/json.js';
import { HELMS, type Release, rejection } from './chart.js';

/** Values that the schema rejects, and Helm's message. */
const REJECTED_BY_SCHEMA: readonly (readonly [string, JsonObject, RegExp])[] = [
  ['a misspelled value', { replica: 3 }, /additional properties 'replica' not allowed/i],
  [
    'a misspelled setting',
    { config: { proxy: { imagee: 'a' } } },
    /\/config\/proxy.*additional properties 'imagee' not allowed/is,
  ],
  [
    'a setting that the chart sets itself',
    { config: { tls: { cert: '/a' } } },
    /additional properties 'cert' not allowed/i,
  ],
  ['a word instead of a number', { replicas: 'two' }, /\/replicas.*got string, want integer/is],
  ['an unknown failure policy', { webhook: { failurePolicy: 'Maybe' } }, /failurePolicy.*'Fail', 'Ignore'/is],
  ['an unknown action of the guard', { guard: { action: 'Block' } }, /guard\/action.*'Off', 'Audit'/is],
  [
    'an unknown policy for ineligible Pods',
    { config: { ineligiblePods: 'perhaps' } },
    /ineligiblePods.*'deny', 'admit'/is,
  ],
  [
    'a port out of range',
    { config: { proxy: { tcpPort: 70000 } } },
    /tcpPort.*maximum: got 70,000, want 65,535/is,
  ],
  [
    "a word that is no source of the proxy's user",
    { config: { proxy: { uid: 'pod' } } },
    /proxy\/uid.*does not match pattern '\^namespace\$'/is,
  ],
  [
    'a time to drain that is neither a number nor auto',
    { config: { proxy: { drainSeconds: '10s' } } },
    /proxy\/drainSeconds.*does not match pattern/is,
  ],
  ['the user ID of root', { config: { proxy: { uid: 0 } } }, /proxy\/uid.*minimum: got 0, want 1/is],
  ['a webhook port of 0', { config: { webhook: { port: 0 } } }, /port.*minimum: got 0, want 1/is],
  [
    'a malformed image reference',
    { config: { proxy: { image: 'A B' } } },
    /proxy\/image.*does not match pattern/is,
  ],
  [
    'an unknown container field',
    { config: { proxy: { container: { cpu: '1' } } } },
    /container.*additional properties 'cpu' not allowed/is,
  ],
  [
    'an environment variable without a name',
    { config: { proxy: { container: { env: [{ value: 'a' }] } } } },
    /env\/0.*missing property 'name'/is,
  ],
  [
    'an unknown override',
    { config: { allowedOverrides: ['uid'] } },
    /allowedOverrides\/0.*value must be one of/is,
  ],
  ['a duration in days', { tls: { certManager: { duration: '90d' } } }, /duration.*does not match pattern/is],
  ['a CA that is not PEM', { tls: { caBundle: 'abc' } }, /caBundle.*does not match pattern/is],
  [
    'a key instead of a CA',
    { tls: { caBundle: '-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----' } },
    /caBundle.*does not match pattern/is,
  ],
  ['a name with capitals', { fullnameOverride: 'Mesh' }, /fullnameOverride.*does not match pattern/is],
  [
    'a name that starts with a digit',
    { fullnameOverride: '1mesh' },
    /fullnameOverride.*does not match pattern/is,
  ],
  ['a name with a dot', { fullnameOverride: 'mesh.main' }, /fullnameOverride.*does not match pattern/is],
  [
    'a name that is too long',
    { fullnameOverride: 'a'.repeat(51) },
    /fullnameOverride.*maxLength: got 51, want 50/is,
  ],
  ['a registry with a scheme', { image: { registry: 'https://r' } }, /registry.*does not match pattern/is],
  [
    'an unknown term of a selector',
    { webhook: { namespaceSelector: { team: 'shop' } } },
    /namespaceSelector.*additional properties 'team' not allowed/is,
  ],
  [
    'a port in a list that is neither a number nor text',
    { config: { redirect: { skipInboundPorts: [true] } } },
    /skipInboundPorts\/0.*got boolean, want (string or integer|integer or string)/is,
  ],
  [
    'a port out of range in a list',
    { config: { redirect: { skipInboundPorts: [80, 65536] } } },
    /skipInboundPorts\/1.*maximum: got 65,536, want 65,535/is,
  ],
  [
    'the name of a port',
    { config: { redirect: { skipOutboundPorts: '80, https' } } },
    /skipOutboundPorts.*does not match pattern/is,
  ],
  [
    'an address instead of a CIDR',
    { config: { redirect: { skipOutboundCidrs: '10.0.0.0/8,10.1.2.3' } } },
    /skipOutboundCidrs.*does not match pattern/is,
  ],
  [
    'a network interface with a slash',
    { config: { redirect: { skipInterfaces: ['veth/0'] } } },
    /skipInterfaces\/0.*does not match pattern/is,
  ],
  [
    'a PodDisruptionBudget that blocks every eviction',
    { podDisruptionBudget: { maxUnavailable: 0 } },
    /maxUnavailable.*minimum: got 0, want 1/is,
  ],
];

const OWN_CERTIFICATE = { certManager: { enabled: false } };

/** Values that contradict each other, and the chart's message. */
const REJECTED_BY_TEMPLATES: readonly (readonly [string, Release, string])[] = [
  [
    'node mode without an agent',
    { values: { config: { redirect: { by: 'node' } } } },
    'config.redirect.by is node, but agent.enabled is false, so nothing would redirect the traffic and no injected Pod would start: set agent.enabled to true, or config.redirect.by to pod.',
  ],
  [
    'a Secret in addition to cert-manager',
    { values: { tls: { secretName: 'a' } } },
    'tls.certManager.enabled is true, but tls.secretName or tls.caBundle is set: unset both to let cert-manager issue the certificate, or set tls.certManager.enabled to false to use your own.',
  ],
  [
    'no certificate',
    { values: { tls: OWN_CERTIFICATE } },
    'tls.certManager.enabled is false: set tls.secretName to a Secret with tls.crt and tls.key, and tls.caBundle to the CA that signed it (PEM), or set tls.certManager.enabled to true.',
  ],
  [
    'a Secret without the CA',
    { values: { tls: { ...OWN_CERTIFICATE, secretName: 'a' } } },
    'tls.certManager.enabled is false: set tls.secretName to a Secret with tls.crt and tls.key, and tls.caBundle to the CA that signed it (PEM), or set tls.certManager.enabled to true.',
  ],
  [
    'two sources of the client CA',
    { values: { tls: { clientCa: { secretName: 'a', configMapName: 'b' } } } },
    'tls.clientCa.secretName and tls.clientCa.configMapName are both set: unset one of them.',
  ],
  [
    'a certificate that would be renewed at once',
    { values: { tls: { certManager: { duration: '24h' } } } },
    'tls.certManager.renewBefore (720h) must be shorter than tls.certManager.duration (24h): lower renewBefore or raise duration.',
  ],
  [
    'a CA that would be renewed at once',
    { values: { tls: { certManager: { ca: { duration: '8760h' } } } } },
    'tls.certManager.ca.renewBefore (8760h) must be shorter than tls.certManager.ca.duration (8760h): lower renewBefore or raise duration.',
  ],
  [
    'a certificate that could outlive its CA',
    { values: { tls: { certManager: { ca: { renewBefore: '720h' } } } } },
    'tls.certManager.ca.renewBefore (720h) is shorter than tls.certManager.duration (2160h), so a certificate could outlive its CA: raise ca.renewBefore or lower duration.',
  ],
  [
    'the same port for both listeners',
    { values: { config: { management: { port: 9443 } } } },
    'config.webhook.port and config.management.port are both 9443: set them to different ports.',
  ],
  [
    'native sidecars on a cluster that does not support them',
    { kubernetes: '1.28.15', values: { config: { proxy: { mode: 'native' } } } },
    'config.proxy.mode is native, which requires Kubernetes 1.29, but the cluster runs v1.28.15: set it to auto or container.',
  ],
  [
    'a sleep on a cluster that does not support it',
    { kubernetes: '1.29.9', values: { config: { proxy: { drainSeconds: 20 } } } },
    'config.proxy.drainSeconds is 20, which requires Kubernetes 1.30, but the cluster runs v1.29.9: set it to auto or 0.',
  ],
  [
    'a guard on a cluster that does not support it',
    { kubernetes: '1.29.9', values: { guard: { action: 'Warn' } } },
    'guard.action is Warn, which requires Kubernetes 1.30, but the cluster runs v1.29.9: set it to Off.',
  ],
  [
    'a guard that would take skipped Pods for Pods that the injector was never asked about',
    { values: { guard: { action: 'Deny' }, config: { annotateOutcome: 'disabled' } } },
    'guard.action is Deny, but config.annotateOutcome is disabled, so the guard cannot tell a Pod that the injector skipped from one that it was never asked about: set config.annotateOutcome to enabled, or guard.action to Off.',
  ],
  [
    'a configuration that the injector would not read',
    {
      values: {
        mode: 'policy',
        config: { proxy: { container: { args: Array(5).fill('x'.repeat(60_000)) } } },
      },
    },
    ' bytes as YAML, but the injector reads at most 262144 (256 KiB): shorten it.',
  ],
  [
    'minReplicas above maxReplicas',
    { values: { autoscaling: { enabled: true, minReplicas: 9 } } },
    'autoscaling.minReplicas (9) is greater than autoscaling.maxReplicas (5): lower minReplicas or raise maxReplicas.',
  ],
];

for (const helm of HELMS) {
  describe(`values.schema.json under ${helm}`, () => {
    for (const [title, values, message] of REJECTED_BY_SCHEMA) {
      it(`rejects ${title}`, () => assert.match(rejection({ values }, helm) ?? '', message));
    }

    it('lets null unset a default', () => {
      assert.equal(
        rejection({ values: { nodeSelector: null, config: { proxy: { logLevel: null } } } }, helm),
        undefined,
      );
    });

    it('allows the chart as a subchart', () => {
      assert.equal(
        rejection({ values: { global: { imageRegistry: 'a', storageClass: 'b' } } }, helm),
        undefined,
      );
    });
  });

  describe(`contradicting values under ${helm}`, () => {
    for (const [title, release, message] of REJECTED_BY_TEMPLATES) {
      it(`are rejected with advice: ${title}`, () => {
        const output = rejection(release, helm) ?? '';
        assert.ok(output.includes(message), output);
      });
    }
  });
}
