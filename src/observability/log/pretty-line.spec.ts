import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { prettyLines } from './pretty-line.js';

const CONTROLS = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter(
  (character) => /\p{Cc}/u.test(character) && character !== '\n' && character !== '\t',
);

const format = await prettyLines();

/** The formatted line, without pino-pretty's own colors. */
function formatted(fields: object): string {
  return stripVTControlCharacters(format(`${JSON.stringify({ level: 'info', time: 0, ...fields })}\n`));
}

describe(prettyLines.name, () => {
  it('prints the message and the fields on a line', () => {
    assert.match(formatted({ msg: 'Stopped', signal: 'SIGTERM' }), /INFO: Stopped \{"signal":"SIGTERM"\}\n$/);
  });

  it('removes all control characters but tabs and line feeds', () => {
    assert.equal(CONTROLS.length, 63);
    for (const control of CONTROLS) {
      const text = `a${control}b`;
      const line = formatted({ msg: text, field: text, [text]: { list: [text] }, err: { stack: text } });
      assert.ok(!line.includes(control), JSON.stringify(control));
      assert.match(line, /INFO: ab /);
    }
  });

  it('prints a message with line feeds on one line', () => {
    assert.match(formatted({ msg: 'one\n[00:00:00] INFO: two' }), /INFO: one \[00:00:00\] INFO: two\s*$/);
  });

  it('prints an error of several lines below the line, indented', () => {
    const error =
      'invalid configuration (c.yaml):\n  c.yaml:1:7 proxy.uid: expected a number\n[00:00:00] INFO: no';
    const line = formatted({ msg: 'Reload failed', hash: 'abc', error });
    assert.match(
      line,
      /INFO: Reload failed \{"hash":"abc"\}\n {4}invalid configuration \(c\.yaml\):\n {6}c\.yaml:1:7 proxy\.uid: expected a number\n {4}\[00:00:00\] INFO: no\n$/,
    );
  });

  it('prints an error of one line as a field', () => {
    assert.match(formatted({ msg: 'Failed', error: 'no' }), /INFO: Failed \n {4}error: "no"\n$/);
  });

  it('prints a stack trace on several lines', () => {
    const err = { type: 'Error', message: 'no', stack: 'Error: no\n    at main.js:1:1' };
    assert.match(formatted({ msg: 'Failed', err }), /Error: no\n\s+at main\.js:1:1/);
  });
});
