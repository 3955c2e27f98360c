import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RecordingLog } from '../../../test/http/namespaces/recording-log.js';
import { Outage } from './outage.js';

const FAILED = 'It failed; retrying';
const RECOVERED = 'It recovered';
const MESSAGES = { failed: FAILED, over: RECOVERED };

describe(Outage.name, () => {
  test('warns about the first failure and new reasons, and logs the rest at debug', () => {
    const { log, lines } = new RecordingLog();
    const outage = new Outage(log, MESSAGES);
    for (const reason of ['a', 'a', 'b', 'b', 'a']) outage.failed(reason);
    assert.deepEqual(lines, [
      { level: 'warn', fields: { reason: 'a', failures: 1 }, message: FAILED },
      { level: 'debug', fields: { reason: 'a', failures: 2 }, message: FAILED },
      { level: 'warn', fields: { reason: 'b', failures: 3 }, message: FAILED },
      { level: 'debug', fields: { reason: 'b', failures: 4 }, message: FAILED },
      { level: 'warn', fields: { reason: 'a', failures: 5 }, message: FAILED },
    ]);
  });

  test('repeats the warning during a long outage', () => {
    const recording = new RecordingLog();
    const outage = new Outage(recording.log, MESSAGES, 0);
    for (let failure = 0; failure < 3; failure++) outage.failed('a');
    assert.equal(recording.texts('warn').length, 3);
  });

  test('logs once that it is over, and warns about the next outage', () => {
    const { log, lines } = new RecordingLog();
    const outage = new Outage(log, MESSAGES);
    outage.over();
    assert.equal(lines.length, 0);
    outage.failed('a');
    outage.over();
    outage.over();
    outage.failed('a');
    assert.equal(typeof lines[1]?.fields.ms, 'number');
    assert.deepEqual(
      lines.map(({ level, fields: { ms, ...fields }, message }) => ({ level, fields, message })),
      [
        { level: 'warn', fields: { reason: 'a', failures: 1 }, message: FAILED },
        { level: 'info', fields: { failures: 1 }, message: RECOVERED },
        { level: 'warn', fields: { reason: 'a', failures: 1 }, message: FAILED },
      ],
    );
  });
});
