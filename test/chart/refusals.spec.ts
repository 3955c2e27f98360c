import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../src/core/values/json.js';
import { HELMS, type Release, refusal } from './chart.js';

/** Values that the schema refuses, and what Helm says of them. */
const BY_THE_SCHEMA: readonly (readonly [string, JsonObject, RegExp])[] = [
  ['a misspelt name', { replica: 3 }, /additional properties 'replica' not allowed/i],
  [
    'a misspelt setting',
    { config: { proxy: { imagee: 'a' } } },
    /\/config\/proxy.*additional properties 'imagee' not allowed/is,
  ],
  [
    'a setting that is the chart’s own',
    { config: { tls: { cert: '/a' } } },
    /additional properties 'cert' not allowed/i,
  ],
  ['a word for a number', { replicas: 'two' }, /\/replicas.*got string, want integer/is],
  [
    'a failure policy that there is not',
    { webhook: { failurePolicy: 'Maybe' } },
    /failurePolicy.*'Fail', 'Ignore'/is,
  ],
  [
    'a policy for ineligible Pods that there is not',
    { config: { ineligiblePods: 'perhaps' } },
    /ineligiblePods.*'deny', 'admit'/is,
  ],
  [
    'a port that there is not',
    { config: { proxy: { tcpPort: 70000 } } },
    /tcpPort.*maximum: got 70,000, want 65,535/is,
  ],
  [
    'a port that Kubernetes would have to guess',
    { config: { webhook: { port: 0 } } },
    /port.*minimum: got 0, want 1/is,
  ],
  [
    'an image that there cannot be',
    { config: { proxy: { image: 'A B' } } },
    /proxy\/image.*does not match pattern/is,
  ],
  [
    'a field that containers do not have',
    { config: { proxy: { container: { cpu: '1' } } } },
    /container.*additional properties 'cpu' not allowed/is,
  ],
  [
    'a variable of the proxy without a name',
    { config: { proxy: { container: { env: [{ value: 'a' }] } } } },
    /env\/0.*missing property 'name'/is,
  ],
  [
    'an override that there is not',
    { config: { allowedOverrides: ['uid'] } },
    /allowedOverrides\/0.*value must be one of/is,
  ],
  [
    'a duration that cannot be compared',
    { tls: { certManager: { duration: '90d' } } },
    /duration.*does not match pattern/is,
  ],
  ['a CA that is not PEM in base64', { tls: { caBundle: 'abc' } }, /caBundle.*does not match pattern/is],
  [
    'a budget that lets nothing go',
    { podDisruptionBudget: { maxUnavailable: 0 } },
    /maxUnavailable.*minimum: got 0, want 1/is,
  ],
];

const OWN = { certManager: { enabled: false } };

/** Values that contradict each other, and the sentence that says what to do. */
const BY_THE_TEMPLATES: readonly (readonly [string, Release, string])[] = [
  [
    'a Secret beside cert-manager',
    { values: { tls: { secretName: 'a' } } },
    'tls.certManager.enabled is true, but tls.secretName or tls.caBundle is set: unset both to let cert-manager issue the certificate, or set tls.certManager.enabled to false to use your own.',
  ],
  [
    'no certificate at all',
    { values: { tls: OWN } },
    'tls.certManager.enabled is false: set tls.secretName to a Secret with tls.crt and tls.key, and tls.caBundle to the CA that signed it (PEM in base64), or set tls.certManager.enabled to true.',
  ],
  [
    'a Secret without the CA',
    { values: { tls: { ...OWN, secretName: 'a' } } },
    'tls.certManager.enabled is false: set tls.secretName to a Secret with tls.crt and tls.key, and tls.caBundle to the CA that signed it (PEM in base64), or set tls.certManager.enabled to true.',
  ],
  [
    'a certificate that is always to be renewed',
    { values: { tls: { certManager: { duration: '24h' } } } },
    'tls.certManager.renewBefore (720h) must be shorter than tls.certManager.duration (24h): lower renewBefore or raise duration.',
  ],
  [
    'a CA that is always to be renewed',
    { values: { tls: { certManager: { ca: { duration: '8760h' } } } } },
    'tls.certManager.ca.renewBefore (8760h) must be shorter than tls.certManager.ca.duration (8760h): lower renewBefore or raise duration.',
  ],
  [
    'a certificate that could outlive its CA',
    { values: { tls: { certManager: { ca: { renewBefore: '720h' } } } } },
    'tls.certManager.ca.renewBefore (720h) is shorter than tls.certManager.duration (2160h), so a certificate could outlive its CA: raise ca.renewBefore or lower duration.',
  ],
  [
    'one port for both listeners',
    { values: { config: { management: { port: 9443 } } } },
    'config.webhook.port and config.management.port are both 9443: set them to different ports.',
  ],
  [
    'native sidecars on a cluster without them',
    { kubernetes: '1.28.15', values: { config: { proxy: { mode: 'native' } } } },
    'config.proxy.mode is native, which requires Kubernetes 1.29, but the cluster runs v1.28.15: set it to auto or container.',
  ],
  [
    'more Pods at least than at most',
    { values: { autoscaling: { enabled: true, minReplicas: 9 } } },
    'autoscaling.minReplicas (9) is greater than autoscaling.maxReplicas (5): lower minReplicas or raise maxReplicas.',
  ],
];

for (const helm of HELMS) {
  describe(`the schema of the values, under ${helm}`, () => {
    for (const [what, values, message] of BY_THE_SCHEMA) {
      it(`refuses ${what}`, () => assert.match(refusal({ values }, helm) ?? '', message));
    }

    it('lets null unset a default', () => {
      assert.equal(
        refusal({ values: { nodeSelector: null, config: { proxy: { logLevel: null } } } }, helm),
        undefined,
      );
    });

    it('lets the chart be one of several below another', () => {
      assert.equal(refusal({ values: { global: { imageRegistry: 'a' } } }, helm), undefined);
    });
  });

  describe(`values that contradict each other, under ${helm}`, () => {
    for (const [what, release, sentence] of BY_THE_TEMPLATES) {
      it(`are refused with what to do: ${what}`, () => {
        const said = refusal(release, helm) ?? '';
        assert.ok(said.includes(sentence), said);
      });
    }
  });
}
