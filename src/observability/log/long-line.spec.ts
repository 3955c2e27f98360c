import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_STRING, withShortStrings } from './long-line.js';

describe(withShortStrings.name, () => {
  it('returns a line without long strings unchanged', () => {
    for (const line of ['{"msg":"text"}\n', `{"msg":"${'\\u0000'.repeat(MAX_STRING)}"}\n`]) {
      assert.equal(withShortStrings(line), line);
    }
    const many = `${JSON.stringify({ list: Array.from({ length: 9000 }, (_, index) => index), __proto__: null })}\n`;
    assert.equal(withShortStrings(many), many);
  });

  it('keeps the beginning and the end of long strings, wherever they are', () => {
    const long = `start ${'x'.repeat(3_000_000)} end`;
    const line = `${JSON.stringify({ level: 'info', msg: long, err: { stack: long }, list: [long, 1, null], [long]: true })}\n`;
    const short = withShortStrings(line);
    assert.ok(short.length < 5 * (MAX_STRING + 100), `${short.length} characters`);
    assert.ok(short.endsWith('\n'));
    const { level, msg, err, list, ...rest } = JSON.parse(short);
    assert.equal(level, 'info');
    assert.match(msg, /^start x+ \.\.\. \(2991818 characters omitted\) \.\.\. x+ end$/);
    assert.deepEqual([err.stack, ...list, ...Object.entries(rest)], [msg, msg, 1, null, [msg, true]]);
  });

  it('keeps keys such as __proto__', () => {
    const line = `{"__proto__":"${'x'.repeat(MAX_STRING)}"}\n`;
    assert.equal(withShortStrings(line), line);
  });
});
