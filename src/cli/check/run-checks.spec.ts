import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClusterError } from '../cluster-error.js';
import { type Check, type Problem, problems } from './check.js';
import { formatResult, summary } from './format-result.js';
import type { Installation } from './installation.js';
import { NoInjector } from './no-injector.js';
import { type Result, runChecks } from './run-checks.js';

const plain = (_format: unknown, text: string) => text;

function check(id: string, run: () => ReturnType<Check['run']>): Check {
  return { id, title: `The ${id} works`, run };
}

async function results(...checks: Check[]): Promise<Result[]> {
  const all: Result[] = [];
  for await (const result of runChecks(checks, {} as Installation)) all.push(result);
  return all;
}

const BROKEN: Problem = { severity: 'failed', message: 'it is broken', hint: 'Fix it.' };
const ODD: Problem = { severity: 'warning', message: 'it is odd' };
const forbidden = async () => {
  throw new ClusterError('nodes is forbidden', 403);
};

describe('checks', () => {
  it('have the status of their worst problem', async () => {
    const all = await results(
      check('a', async () => problems()),
      check('b', async () => problems(ODD, false, BROKEN)),
      check('c', async () => problems(ODD, undefined)),
    );
    assert.deepEqual(
      all.map(({ status }) => status),
      ['ok', 'failed', 'warning'],
    );
    assert.equal(summary(all), '1 ok, 1 failed, 1 with warnings\n');
  });

  it('say once what cannot be read', async () => {
    const all = await results(check('a', forbidden), check('b', forbidden));
    assert.deepEqual(
      all.map(({ status, problems }) => [status, problems[0]?.message]),
      [
        ['unknown', 'nodes is forbidden'],
        ['unknown', 'for the same reason'],
      ],
    );
  });

  it('are skipped without an injector', async () => {
    const all = await results(
      check('a', async () => {
        throw new NoInjector();
      }),
    );
    assert.deepEqual(
      [all[0]?.status, summary(all)],
      ['skipped', '0 ok, 1 skipped, because there is no webhook\n'],
    );
  });

  it('do not hide a bug', async () => {
    const bug = async () => {
      throw new TypeError('a bug');
    };
    await assert.rejects(results(check('a', bug)), /a bug/);
  });
});

describe('the text of a result', () => {
  it('is a line if nothing was found', async () => {
    const [result] = await results(check('a', async () => ({ problems: [], detail: 'v1' })));
    assert.equal(formatResult(result as Result, plain), '✓ The a works (v1)\n');
  });

  it('has each problem with its hint, and a link', async () => {
    const [result] = await results(check('a', async () => problems(BROKEN, ODD)));
    assert.equal(
      formatResult(result as Result, plain),
      `✗ The a works
    failed: it is broken
      Fix it.
    warning: it is odd
      https://github.com/proxy-injector/proxy-injector/blob/main/docs/reference/checks.md#a
`,
    );
  });
});
