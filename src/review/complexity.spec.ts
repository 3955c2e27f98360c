import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { REVIEWS } from '../../test/support/reviews.js';
import { AdmissionError } from './admission-error.js';
import { checkComplexity } from './complexity.js';

const MIB = 1024 * 1024;
const PADDING = ' '.repeat(256 * 1024); // smaller bodies are not checked

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

describe(checkComplexity.name, () => {
  const REJECTED: readonly [string, string, string][] = [
    [
      'lists nested 257 levels deep',
      nested(257),
      'the body: expected at most 256 levels of nesting, got more',
    ],
    [
      'objects nested 257 levels deep',
      `${'{"a":'.repeat(257)}1${'}'.repeat(257)}`,
      'the body: expected at most 256 levels of nesting, got more',
    ],
    [
      'more than 100,000 lists',
      `[${'[],'.repeat(100_000)}1]`,
      'the body: expected at most 100000 objects and lists, got more',
    ],
    [
      'more than 250,000 values',
      `[${'1,'.repeat(250_000)}1]`,
      'the body: expected at most 250000 values, got more',
    ],
    [
      'nesting after a string that ends with a backslash',
      `["\\\\",${nested(257)}]`,
      'the body: expected at most 256 levels of nesting, got more',
    ],
  ];
  for (const [name, json, message] of REJECTED) {
    it(`rejects ${name}`, () => {
      assert.throws(
        () => checkComplexity(Buffer.from(PADDING + json)),
        (error) => error instanceof AdmissionError && error.status === 413 && error.message === message,
      );
    });
  }

  const ACCEPTED: readonly [string, string][] = [
    ['lists nested 256 levels deep', nested(256)],
    ['brackets in strings', JSON.stringify([nested(5000), `\\"${'{'.repeat(5000)}`])],
    ['8 MiB of text', JSON.stringify(['x'.repeat(8 * MIB)])],
    ['8 MiB of quotes and backslashes', JSON.stringify(['"\\'.repeat(2 * MIB)])],
    ['text that is not JSON', '"'.repeat(1001)],
  ];
  for (const [name, json] of ACCEPTED) {
    it(`accepts ${name}`, () => checkComplexity(Buffer.from(PADDING + json)));
  }

  it('accepts every review that a real API server sent', () => {
    for (const file of readdirSync(REVIEWS)) {
      checkComplexity(Buffer.concat([Buffer.from(PADDING), readFileSync(join(REVIEWS, file))]));
    }
  });

  it('accepts the most environment variables that etcd can store', () => {
    const env = Array.from({ length: 60_000 }, (_, index) => ({ name: `A${index}`, value: '1' }));
    checkComplexity(Buffer.from(JSON.stringify({ spec: { containers: [{ env }] } })));
  });
});
