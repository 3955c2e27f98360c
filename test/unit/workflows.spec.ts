import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { ROOT } from '../../tools/checkout.js';

const WORKFLOWS = join(ROOT, '.github', 'workflows');

interface Step {
  readonly run?: string;
}

interface Job {
  readonly permissions?: { readonly [scope: string]: string };
  readonly steps?: readonly Step[];
}

/** Scopes that jobs may write, apart from those of the release. */
const WRITABLE: { readonly [file: string]: readonly string[] } = {
  'security.yml': ['security-events', 'id-token'],
  'release.yml': ['contents', 'packages', 'id-token'],
};

/** The suites that the jobs run whole: in one of them, or in as many as there are shards. */
function completeSuites(jobs: readonly string[]): string[] {
  const shards = new Map<string, string[]>();
  for (const job of jobs) {
    const [, shard = '1/1', suites = ''] = /^(?:--shard (\S+) )?(.*)$/.exec(job) ?? [];
    for (const suite of suites.split(' ')) shards.set(suite, [...(shards.get(suite) ?? []), shard]);
  }
  const all = (total: number) => Array.from({ length: total }, (_, index) => `${index + 1}/${total}`);
  return [...shards]
    .filter(([, given]) => isDeepStrictEqual(given.toSorted(), all(given.length)))
    .map(([suite]) => suite);
}

describe('the GitHub workflows', () => {
  it('run every suite: in CI and with updated dependencies all, and at night those that run only by name', () => {
    const help = execFileSync(process.execPath, [join(ROOT, '.build/test/run.js'), '--help'], {
      encoding: 'utf8',
    });
    const [, usual = '', byName = ''] = /Suites: (.*)\. Only by name: (.*)\./.exec(help) ?? [];
    const matrix = (file: string, job: string): { suites?: string[]; suite?: string[] } =>
      parse(readFileSync(join(WORKFLOWS, file), 'utf8')).jobs[job].strategy.matrix;
    for (const { suites } of [matrix('ci.yml', 'suites'), matrix('nightly.yml', 'updated')]) {
      assert.deepEqual(completeSuites(suites ?? []).sort(), usual.split(', ').sort());
    }
    assert.deepEqual(matrix('nightly.yml', 'slow').suite?.toSorted(), byName.split(', ').sort());
  });

  for (const file of readdirSync(WORKFLOWS)) {
    const text = readFileSync(join(WORKFLOWS, file), 'utf8');
    const jobs: [string, Job][] = Object.entries(parse(text).jobs);

    it(`${file} pins every action by commit, with its release in a comment`, () => {
      const uses = text.split('\n').filter((line) => /^\s*(- )?uses: (?!\.\/)/.test(line));
      assert.deepEqual(
        uses.filter((line) => !/ [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)),
        [],
      );
    });

    it(`${file} pins every image by digest`, () => {
      const images = text.split('\n').filter((line) => /^\s*image: /.test(line));
      assert.deepEqual(
        images.filter((line) => !/@sha256:[0-9a-f]{64}$/.test(line)),
        [],
      );
    });

    it(`${file} gives its jobs no permission by default, and each job what it states`, () => {
      assert.deepEqual(parse(text).permissions, {});
      for (const [name, { permissions }] of jobs) {
        assert.ok(permissions !== undefined, name);
        const written = Object.keys(permissions).filter((scope) => permissions[scope] === 'write');
        assert.deepEqual(
          written.filter((scope) => !WRITABLE[file]?.includes(scope)),
          [],
          name,
        );
      }
    });

    it(`${file} has no logic that needs GitHub: a step runs one command, or commands in sequence`, () => {
      const scripts = jobs.flatMap(([, { steps = [] }]) => steps.flatMap(({ run = [] }) => run));
      assert.deepEqual(
        scripts.filter((script) => /\b(if|for|while|case)\b|\|\||\$\(|\n./.test(script)),
        [],
      );
    });

    it(`${file} runs scripts and npm scripts that exist`, () => {
      const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
      const named = [...text.matchAll(/(?<![\w.])(\.ci\/[\w-]+|tools\/[\w/.-]+)/g)].map(([path]) => path);
      for (const path of named) assert.ok(statSync(join(ROOT, path)).mode & 0o111, path);
      for (const [, script = ''] of text.matchAll(/\bnpm run ([\w:-]+)/g)) assert.ok(scripts[script], script);
    });
  }
});
