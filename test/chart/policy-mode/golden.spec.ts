import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { loadConfiguration } from '../../../src/config/load.js';
import { snapshotOf } from '../../../src/config/snapshot.js';
import { REVIEWS, recordedReview } from '../../support/reviews.js';
import { goldenCases } from '../../unit/golden/golden-case.js';
import { outcomes, type Trial, UNSUPPORTED } from './trial.js';

const DEFAULTS = settingsOf(undefined);

const golden = goldenCases()
  .filter(({ name }) => !UNSUPPORTED.includes(name))
  .map(({ name, pod, config, namespace }) => {
    return { name, pod, namespace, settings: config === undefined ? DEFAULTS : settingsOf(config) };
  });

const reviews = readdirSync(REVIEWS).flatMap((file) => {
  const name = file.replace('.json', '');
  const { request } = JSON.parse(recordedReview(name));
  const isCreation = request.operation === 'CREATE' && request.kind.kind === 'Pod' && !request.subResource;
  return isCreation ? [{ name, pod: request.object, settings: DEFAULTS }] : [];
});

describe('the policies and the webhook agree about', () => {
  const trials: readonly (Trial & { readonly name: string })[] = [...golden, ...reviews];
  const all = outcomes(trials);
  for (const [index, { name }] of trials.entries()) {
    it(name, () => {
      const [ofPolicies, ofWebhook] = all[index] ?? [];
      assert.deepEqual(ofPolicies, ofWebhook);
    });
  }
});

describe('in a Pod that asks for node mode, the policies', () => {
  const annotations = { 'proxy-injection/redirect-by': 'node', 'proxy-injection/mode': 'native' };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', annotations },
    spec: { containers: [{ name: 'app', image: 'app:1' }] },
  };

  it('deny the value by name, also on the namespace', () => {
    const { metadata, ...rest } = pod;
    const ofNamespace = { ...rest, metadata: { name: metadata.name } };
    const [[ofPod] = [], [inNamespace] = []] = outcomes([
      { pod, settings: DEFAULTS },
      { pod: ofNamespace, settings: DEFAULTS, namespace: annotations },
    ]);
    const violation =
      'annotation proxy-injection/redirect-by: expected pod (admission policies do not support node mode), got "node"';
    assert.ok(ofPod?.message?.endsWith(` pod ${violation}`), ofPod?.message);
    assert.ok(inNamespace?.message?.endsWith(` namespace ${violation}`), inNamespace?.message);
  });
});

function settingsOf(config: string | undefined) {
  return snapshotOf(loadConfiguration({ INJECTOR_CONFIG: config }), undefined).injector.settings;
}
