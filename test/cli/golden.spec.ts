import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { REASONS, type Reason } from '../../src/core/decision/reasons.js';
import { REDIRECT } from '../../src/core/pod/annotations.js';
import { valueAt, withValue } from '../../src/core/values/json.js';
import { anonymous, anonymousWarnings } from '../unit/golden/anonymous.js';
import { CASES, type GoldenCase, goldenCases } from '../unit/golden/golden-case.js';
import { proxyInjector } from './command-line.js';

/** The result of a case: the outcome, message, and warnings in the report, and the Pod. */
interface Outcome {
  readonly outcome: string;
  readonly message: string;
  readonly warnings: readonly string[];
  readonly pod: unknown;
}

describe('the golden cases, run through the command line', () => {
  const outcomes = new Map<string, Outcome>();

  before(async () => {
    const isPlain = ({ config, namespace }: GoldenCase) =>
      config === undefined && Object.keys(namespace).length === 0;
    const alone = goldenCases().filter((golden) => !isPlain(golden));
    for (const group of [goldenCases().filter(isPlain), ...alone.map((golden) => [golden])]) {
      for (const [name, outcome] of await throughCommandLine(group)) outcomes.set(name, outcome);
    }
  });

  for (const { name, expected, pod } of goldenCases()) {
    it(name, () => {
      const actual = outcomes.get(name);
      assert.ok(actual && expected);
      // Only the webhook records why a Pod was skipped: a manifest is decided about again when it is applied.
      const isRecorded = expected.outcome === 'skipped' && expected.reason !== 'already-injected';
      assert.deepEqual(
        anonymous(actual.pod),
        (!isRecorded && expected.pod) || anonymous(isRecorded ? withoutRedirect(pod) : pod),
      );
      if (expected.reason === 'malformed-pod') {
        assert.equal(actual.outcome, 'failed');
        return;
      }
      assert.equal(actual.outcome, expected.outcome);
      assert.ok(actual.message.startsWith(REASONS[expected.reason as Reason]), actual.message);
      if (expected.message !== undefined) assert.equal(actual.message, expected.message);
      if (['injected', 'already-injected'].includes(expected.reason))
        assert.deepEqual(anonymousWarnings(actual.warnings), expected.warnings ?? []);
    });
  }
});

/** The Pod without an annotation on which the agent would act. */
function withoutRedirect(pod: unknown): unknown {
  const path = ['metadata', 'annotations', REDIRECT];
  return valueAt(pod, path) === undefined ? pod : withValue(pod, path, undefined);
}

/** Runs cases with the same configuration and namespace in one process. */
async function throughCommandLine(cases: readonly GoldenCase[]): Promise<[string, Outcome][]> {
  const pods = cases.map(({ name }) => join(CASES, name, 'pod.yaml'));
  const [{ name, config, namespace } = {} as GoldenCase] = cases;
  const { stdout, stderr } = await proxyInjector([
    'inject',
    ...(config === undefined ? [] : ['--config', config]),
    ...(Object.keys(namespace).length === 0 ? [] : ['-f', join(CASES, name, 'namespace.yaml')]),
    ...pods,
  ]);
  const objects = parseAllDocuments(stdout).map((document) => document.toJS());
  const found = objects.filter((object) => object.kind !== 'Namespace');
  return reportOf(stderr).map((line, index) => [cases[index]?.name ?? '', { ...line, pod: found[index] }]);
}

function reportOf(stderr: string): Omit<Outcome, 'pod'>[] {
  const lines: { outcome: string; message: string; warnings: string[] }[] = [];
  for (const line of stderr.trimEnd().split('\n')) {
    const [, , outcome = '', message = ''] = /^(\S.*?|) {2,}(\w+) +(.*)$/.exec(line) ?? [];
    if (outcome === 'warning') lines.at(-1)?.warnings.push(message);
    else lines.push({ outcome, message, warnings: [] });
  }
  return lines;
}
