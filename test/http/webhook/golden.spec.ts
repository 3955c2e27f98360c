import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { stringify } from 'yaml';
import { reviewOf } from '../../support/reviews.js';
import { anonymous, anonymousWarnings } from '../../unit/golden/anonymous.js';
import { type Expected, type GoldenCase, goldenCases, patched } from '../../unit/golden/golden-case.js';
import { Service } from './service.js';

describe('golden cases through HTTPS', () => {
  for (const golden of goldenCases()) {
    it(golden.name, async () => assert.deepEqual(await throughHttps(golden), golden.expected));
  }
});

async function throughHttps({ pod, config, namespace }: GoldenCase): Promise<Expected> {
  const name = pod.metadata.namespace ?? 'default';
  const namespaces = stringify({ namespaces: { [name]: { annotations: namespace } } });
  const service = await Service.start(`${config ? readFileSync(config, 'utf8') : ''}\n${namespaces}`);
  try {
    const response = await service.review(reviewOf(pod, { namespace: name }));
    const { outcome, reason } = response.auditAnnotations;
    const after = response.patch && anonymous(patched(pod, response.patch));
    return {
      outcome,
      reason,
      ...(response.status && { message: response.status.message }),
      ...(response.warnings && { warnings: anonymousWarnings(response.warnings) }),
      ...(after && { pod: after }),
    };
  } finally {
    await service.stop();
  }
}
