import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { ROOT } from '../tools/checkout.js';
import { missingForChart } from './chart/requirements.js';
import { missingForCluster } from './cluster/requirements.js';
import { startShared } from './cluster/shared-cluster.js';
import { missingForImages } from './images/requirements.js';
import { missingForMonitoring } from './monitoring/requirements.js';
import { PublishedCluster } from './published/published-cluster.js';
import { missingForPublished } from './published/requirements.js';
import { missingForRedirect } from './redirect/requirements.js';
import { missingForRelease } from './release/requirements.js';
import { type Failure, summary } from './summary.js';
import { missingForVersions } from './versions/requirements.js';

/** Prints a text, now or later. */
type Show = (text: string) => void;

interface Suite {
  /** The folders of `.build` that hold its `*.spec.js`. */
  readonly folders: readonly string[];
  /** Why it cannot run here and what to do about it; undefined if it can. */
  readonly missing?: () => string | undefined;
  /** Whether it runs only if it is named: it takes minutes, and seldom finds what the other suites do not. */
  readonly onlyByName?: boolean;
  /**
   * Starts what its files share and returns what ends it. Such a suite mostly waits, so its files run one at a time,
   * in parallel with the other suites.
   */
  readonly start?: (show: Show) => Promise<(isFailed: boolean) => Promise<void>>;
}

const SUITES: { readonly [name: string]: Suite } = {
  unit: { folders: ['src', 'test/unit'] },
  cli: { folders: ['test/cli'] },
  http: { folders: ['test/http'] },
  process: { folders: ['test/process'] },
  images: { folders: ['test/images'], missing: missingForImages },
  monitoring: { folders: ['test/monitoring'], missing: missingForMonitoring },
  redirect: { folders: ['test/redirect'], missing: missingForRedirect },
  release: { folders: ['test/release'], missing: missingForRelease },
  chart: { folders: ['test/chart'], missing: missingForChart },
  cluster: { folders: ['test/cluster'], missing: missingForCluster, start: startShared },
  published: {
    folders: ['test/published'],
    missing: missingForPublished,
    start: PublishedCluster.start,
  },
  versions: { folders: ['test/versions'], missing: missingForVersions, onlyByName: true },
  nightly: { folders: ['test/nightly'], missing: missingForCluster, start: startShared, onlyByName: true },
};

const USAGE = `Usage: npm test [-- [--shard INDEX/TOTAL] SUITE...]

Runs the named suites, or all of them with the coverage of src, except for those that run only by name.
Suites: ${namesOf(false)}. Only by name: ${namesOf(true)}.
With --shard 1/2, runs every second file of each suite, from the first; with 2/2, the others.
A suite whose tools are missing is left out; that is a failure if you named it, and under CI=true.
One spec: npx tsc && node --test .build/src/core/patch/patch.spec.js`;

function namesOf(byName: boolean): string {
  const suites = Object.entries(SUITES).filter(([, { onlyByName = false }]) => onlyByName === byName);
  return suites.map(([name]) => name).join(', ');
}

/** Ends a file that hangs; the longest takes minutes. */
const FILE_DEADLINE_MS = 15 * 60_000;

const COVERAGE = join(ROOT, 'coverage', 'tmp');

function specFiles(folder: string): string[] {
  const path = join(ROOT, '.build', folder);
  const entries = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return entries.filter((entry) => entry.endsWith('.spec.js')).map((entry) => join(path, entry));
}

/** The tests so far, of all suites. */
interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  readonly times: string[];
  readonly failures: Failure[];
}

const showNow: Show = (text) => process.stdout.write(text);

/** A part of the files of every suite: the one with this index, from 1, of as many. */
interface Shard {
  readonly index: number;
  readonly total: number;
}

/** Runs and counts the tests of a suite. Returns whether it passed: a suite can fail without a failed test. */
async function runSuite(
  name: string,
  { folders, start }: Suite,
  { index, total }: Shard,
  tally: Tally,
  show: Show,
): Promise<boolean> {
  const files = folders
    .flatMap(specFiles)
    .sort()
    .filter((_, position) => position % total === index - 1);
  const concurrency = start === undefined ? availableParallelism() : 1;
  show(`\n${name}: ${files.length} files\n`);
  const end = await start?.(show);
  let passed = false;
  try {
    const hung: string[] = [];
    passed = await runFiles({ suite: name, files, concurrency }, tally, show, (file) => hung.push(file));
    if (hung.length > 0) {
      show(`${name}: did not end and run again: ${hung.join(', ')}\n`);
      passed = (await runFiles({ suite: name, files: hung, concurrency }, tally, show)) && passed;
    }
  } finally {
    await end?.(!passed);
  }
  return passed;
}

interface Files {
  readonly suite: string;
  readonly files: readonly string[];
  readonly concurrency: number;
}

/**
 * Runs and counts the tests of files. A process that does not end fails them, unless `onHung` takes its file: Node can
 * deadlock when it exits (https://github.com/nodejs/node/issues/54918).
 */
async function runFiles(
  { suite, files, concurrency }: Files,
  tally: Tally,
  show: Show,
  onHung?: (file: string) => void,
): Promise<boolean> {
  let passed = true;
  const events = run({ files, concurrency, timeout: FILE_DEADLINE_MS });
  events.on('test:pass', ({ skip, details }) => {
    if (details.type !== 'suite') tally[skip === undefined ? 'passed' : 'skipped'] += 1;
  });
  events.on('test:fail', ({ name: test, details }) => {
    const { failureType, message, cause } = details.error as Error & { failureType?: string };
    if (onHung !== undefined && failureType === 'testTimeoutFailure' && files.includes(test)) {
      onHung(test);
      return;
    }
    if (details.type !== 'suite') tally.failed += 1;
    passed = false;
    if (failureType === 'subtestsFailed') return; // they are reported themselves
    tally.failures.push({ suite, name: test, message: (cause as Error | undefined)?.message ?? message });
  });
  for await (const chunk of events.compose(new spec())) show(String(chunk));
  return passed;
}

/** Runs suites one after the other. Returns whether all of them passed. */
async function runSuites(
  suites: readonly (readonly [string, Suite])[],
  shard: Shard,
  tally: Tally,
  show: Show,
): Promise<boolean> {
  let passed = true;
  for (const [name, suite] of suites) {
    const started = Date.now();
    try {
      passed = (await runSuite(name, suite, shard, tally, show)) && passed;
    } catch (error) {
      show(`${name}: ${(error as Error).stack}\n`);
      tally.failures.push({ suite: name, name: 'start or end', message: (error as Error).message });
      passed = false;
    }
    tally.times.push(`${name} ${((Date.now() - started) / 1000).toFixed(0)} s`);
  }
  return passed;
}

/** Collects the coverage of the processes that the suites start; c8 reports it when they have ended. */
function collectCoverage(): () => void {
  rmSync(COVERAGE, { recursive: true, force: true });
  process.env.NODE_V8_COVERAGE = COVERAGE;
  return () => {
    const c8 = join(ROOT, 'node_modules', 'c8', 'bin', 'c8.js');
    delete process.env.NODE_V8_COVERAGE;
    const { status } = spawnSync(process.execPath, [c8, 'report'], { cwd: ROOT, stdio: 'inherit' });
    if (status !== 0) throw new Error(`c8 report: exit status ${status}`);
  };
}

/**
 * Runs suites. Then prints the coverage, unless suites were named, and a summary.
 */
async function main(names: readonly string[], shard: Shard): Promise<void> {
  const reportCoverage = names.length === 0 ? collectCoverage() : undefined;
  const tally: Tally = { passed: 0, failed: 0, skipped: 0, times: [], failures: [] };
  const leftOut: string[] = [];
  const suites = Object.entries(SUITES).filter(([name, { missing, onlyByName = false }]) => {
    if (names.length > 0 ? !names.includes(name) : onlyByName) return false;
    const reason = missing?.();
    if (reason !== undefined) leftOut.push(`${name}: ${reason}`);
    return reason === undefined;
  });
  const background = suites.filter(([, { start }]) => start !== undefined);
  const others = suites.filter(([, { start }]) => start === undefined);
  const held: string[] = [];
  let show: Show = (text) => held.push(text);
  const showHeld = () => {
    showNow(held.join(''));
    show = showNow;
  };
  const passed = await Promise.all([
    runSuites(others, shard, tally, showNow).finally(showHeld),
    runSuites(background, shard, tally, (text) => show(text)),
  ]);
  reportCoverage?.();
  showNow(summary({ ...tally, leftOut }));
  const mustRun = process.env.CI === 'true' || names.length > 0;
  const isComplete = leftOut.length === 0 || !mustRun;
  process.exitCode = !passed.includes(false) && tally.passed > 0 && isComplete ? 0 : 1;
}

/** Reads `1/2`; undefined if it is invalid. */
function parseShard(text: string): Shard | undefined {
  const match = /^([1-9]\d?)\/([1-9]\d?)$/.exec(text);
  const [index, total] = [Number(match?.[1]), Number(match?.[2])];
  return index <= total ? { index, total } : undefined;
}

/** Reads the arguments. Throws if one is wrong. */
function parsed(args: readonly string[]) {
  const { positionals: names, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, shard: { type: 'string', default: '1/1' } },
  });
  const unknown = names.filter((name) => !Object.hasOwn(SUITES, name));
  if (unknown.length > 0) throw new Error(`no suite named ${unknown.join(', ')}`);
  const shard = parseShard(values.shard);
  if (shard === undefined) throw new Error(`--shard: expected INDEX/TOTAL, such as 1/2, got ${values.shard}`);
  return { names, shard, isHelp: values.help === true };
}

/** Reads the arguments, or prints what is wrong with them. */
function argumentsOrUsage(): ReturnType<typeof parsed> | undefined {
  try {
    return parsed(process.argv.slice(2));
  } catch (error) {
    console.error(`npm test: ${(error as Error).message}\n\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

const given = argumentsOrUsage();
if (given?.isHelp) console.log(USAGE);
else if (given !== undefined) await main(given.names, given.shard);
