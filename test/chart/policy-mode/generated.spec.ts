import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WARNINGS } from '../../../src/core/pod/annotations.js';
import { WARNING_TEXTS } from '../../../src/core/settings/warning-texts.js';
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

const PROBE_WARNING = new RegExp(
  [WARNING_TEXTS['tcp-probe']('\\w+', '\\w+'), WARNING_TEXTS['proxied-probe']('\\w+', '\\w+')].join('|'),
);

/** Policies do not name the probes for which no alias port is free: see `NOT_EXPRESSED`. */
function withoutProbeWarnings(outcome: object): unknown {
  return JSON.parse(JSON.stringify(outcome), (key, value) =>
    key === WARNINGS ? otherWarnings(value) : value,
  );
}

/** Undefined removes the annotation, as if there had been no warning. */
function otherWarnings(recorded: string): string | undefined {
  const others = recorded.split('\n').filter((warning) => warning !== '' && !PROBE_WARNING.test(warning));
  return others.length === 0 ? undefined : others.join('\n');
}
