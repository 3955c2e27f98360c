import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../../support/fast-check.js';
import { trials } from './generated-trials.js';
import { outcomes } from './trial.js';

describe('the policies and the webhook', () => {
  it('agree about generated Pods', () => {
    const all = fc.sample(trials, 8).flat();
    const results = outcomes(all);
    for (const [index, [ofPolicies, ofWebhook]] of results.entries()) {
      assert.deepEqual(
        withoutProbeWarnings(ofPolicies),
        withoutProbeWarnings(ofWebhook),
        JSON.stringify(all[index]),
      );
    }
  });
});

/** Policies do not name the probes for which no alias port is free: see `NOT_EXPRESSED`. */
function withoutProbeWarnings(outcome: object): unknown {
  return JSON.parse(
    JSON.stringify(outcome).replace(/the \w+ still goes through the proxy: container \w+\\n/g, ''),
  );
}
