import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatResult } from './format-result.js';

describe(formatResult.name, () => {
  it('leaves out what a terminal would act on: messages come from Pods and from other webhooks', () => {
    const message = 'pod/x fails: \u001b[2J\u001b]0;title\u0007no\n✓ All is well\r';
    const result = {
      check: 'x',
      status: 'failed',
      title: 'X',
      problems: [{ severity: 'failed', message, hint: 'See.' }],
      link: 'https://example.com',
    } as const;
    assert.equal(
      formatResult(result, (_, text) => text),
      '✗ X\n    failed: pod/x fails: [2J]0;titleno ✓ All is well\n      See.\n      https://example.com\n',
    );
  });
});
