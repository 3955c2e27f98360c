import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configVariables } from '../../../src/policy/config.js';
import { policyObjects } from '../../../src/policy/objects/policies.js';
import { settings } from '../../support/core-cases.js';
import { IDENTITY } from '../../unit/golden/through-core.js';
import type { KubernetesObject } from '../chart.js';
import { apiServerProblems, expressionErrors } from '../kube-check.js';
import { largeConfiguration } from '../large-configuration.js';
import { outcomes } from './trial.js';

const objects: readonly KubernetesObject[] = policyObjects(settings(), IDENTITY, {
  name: 'proxy-injector',
  isStatic: false,
});

describe('the expressions of the policies', () => {
  it('compile on Kubernetes 1.36, the first version with policies that mutate', () => {
    const policies = objects.filter(({ kind }) => kind.endsWith('Policy'));
    assert.deepEqual(
      expressionErrors('1.36', policies),
      policies.map(() => []),
    );
  });

  it('are accepted by the API server, with the bindings', () => {
    assert.deepEqual(
      apiServerProblems(objects),
      objects.map(() => null),
    );
  });

  it('stay within its cost limits with 2,000 environment variables and 300 ranges in every list', () => {
    const ranges = Array.from(
      { length: 300 },
      (_, index) => `${index * 200 + 1}-${index * 200 + 100}`,
    ).join();
    const cidrs = Array.from({ length: 300 }, (_, index) => `10.${index % 256}.${index >> 8}.0/24`).join();
    const env = Array.from({ length: 2000 }, (_, index) => ({ name: `NAME_${index}`, value: 'value' }));
    const annotations = {
      'proxy-injection/skip-inbound-ports': ranges,
      'proxy-injection/skip-outbound-ports': ranges,
      'proxy-injection/skip-outbound-cidrs': cidrs,
      'proxy-injection/skip-interfaces': Array.from({ length: 50 }, (_, index) => `veth${index}*`).join(),
      'proxy-injection/outbound': 'enabled',
      'proxy-injection/probes': 'direct',
    };
    const [[ofPolicies, ofWebhook] = []] = outcomes([
      {
        settings: settings({ proxy: { mode: 'native' } }),
        pod: {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'large', annotations },
          spec: {
            containers: [{ name: 'app', image: 'app:1', env, livenessProbe: { httpGet: { port: 60101 } } }],
          },
        },
      },
    ]);
    assert.ok(ofWebhook?.pod);
    assert.deepEqual(ofPolicies, ofWebhook);
  });

  it('inject what the webhook injects with a configuration of 250,000 characters', () => {
    const large = settings(largeConfiguration());
    const { length } = configVariables(large, IDENTITY)
      .map(({ expression }) => expression)
      .join('');
    assert.ok(length > 250_000, String(length));
    const spec = {
      containers: [{ name: 'app', image: 'app:1' }],
      volumes: [{ name: 'volume-7', emptyDir: {} }],
    };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'small' }, spec };
    const [[ofPolicies, ofWebhook] = []] = outcomes([{ settings: large, pod }]);
    assert.ok(ofWebhook?.pod);
    assert.deepEqual(ofPolicies, ofWebhook);
  });
});
