import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { missingForChart } from './chart/requirements.js';
import { missingForCluster } from './cluster/requirements.js';
import { startShared } from './cluster/shared.js';
import { missingForImages } from './images/requirements.js';
import { missingForMonitoring } from './monitoring/requirements.js';
import { missingForRedirect } from './redirect/requirements.js';

/** Shows a text, now or later. */
type Show = (text: string) => void;

/** The tests of some folders. */
interface Suite {
  /** Compiled; they hold `*.spec.js`. */
  readonly folders: readonly string[];
  /** What keeps it from running here and what to do about it; undefined if nothing does. */
  readonly missing?: () => string | undefined;
  /** Starts what its files share; what ends it. Such a suite mostly waits: its files run one after the other, beside the other suites. */
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
  chart: { folders: ['test/chart'], missing: missingForChart },
  cluster: { folders: ['test/cluster'], missing: missingForCluster, start: startShared },
};

/** For one that hangs; the longest takes some minutes. */
const FILE_DEADLINE_MS = 30 * 60_000;

const root = join(fileURLToPath(import.meta.url), '..', '..');

function specFiles(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return entries.filter((entry) => entry.endsWith('.spec.js')).map((entry) => join(root, folder, entry));
}

/** What became of tests. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const showNow: Show = (text) => process.stdout.write(text);

/** Runs the tests of a suite and counts them; whether all is well, for a suite can fail without any of its tests. */
async function runSuite(
  name: string,
  { folders, start }: Suite,
  counts: Counts,
  show: Show,
): Promise<boolean> {
  const files = folders.flatMap(specFiles);
  show(`\n${name}: ${files.length} files\n`);
  const end = await start?.(show);
  let isFailed = false;
  const concurrency = start === undefined ? availableParallelism() : 1;
  const events = run({ files, concurrency, timeout: FILE_DEADLINE_MS });
  events.on('test:pass', ({ skip, details }) => {
    if (details.type !== 'suite') counts[skip === undefined ? 'passed' : 'skipped'] += 1;
  });
  events.on('test:fail', ({ details }) => {
    if (details.type !== 'suite') counts.failed += 1;
    isFailed = true;
  });
  try {
    for await (const chunk of events.compose(new spec())) show(String(chunk));
  } finally {
    await end?.(isFailed);
  }
  return !isFailed;
}

/** Runs suites one after the other; whether all is well with each. */
async function runSuites(
  suites: readonly (readonly [string, Suite])[],
  counts: Counts,
  times: string[],
  show: Show,
): Promise<boolean> {
  let isWell = true;
  for (const [name, suite] of suites) {
    const started = Date.now();
    try {
      isWell = (await runSuite(name, suite, counts, show)) && isWell;
    } catch (error) {
      show(`${name}: ${(error as Error).stack}\n`);
      isWell = false;
    }
    times.push(`${name} ${((Date.now() - started) / 1000).toFixed(0)} s`);
  }
  return isWell;
}

/**
 * Runs suites and ends with how long they took, the suites that were left out and why, and a line that counts the tests. To leave one out
 * is a failure under `CI=true`, and where it was asked for by name.
 */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(SUITES, name));
  if (unknown.length > 0) {
    throw new Error(`suites: expected ${Object.keys(SUITES).join(', ')}, got ${unknown.join(', ')}`);
  }
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const leftOut: string[] = [];
  const times: string[] = [];
  const suites = Object.entries(SUITES).filter(([name, { missing }]) => {
    if (names.length > 0 && !names.includes(name)) return false;
    const reason = missing?.();
    if (reason !== undefined) leftOut.push(`${name}: ${reason}`);
    return reason === undefined;
  });
  const beside = suites.filter(([, { start }]) => start !== undefined);
  const others = suites.filter(([, { start }]) => start === undefined);
  const held: string[] = [];
  let show: Show = (text) => held.push(text);
  const showHeld = () => {
    showNow(held.join(''));
    show = showNow;
  };
  const areWell = await Promise.all([
    runSuites(others, counts, times, showNow).finally(showHeld),
    runSuites(beside, counts, times, (text) => show(text)),
  ]);
  console.log(`\n${times.join(', ')}`);
  if (leftOut.length > 0) console.log(`\nleft out:\n  ${leftOut.join('\n  ')}`);
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  const mustRun = process.env.CI === 'true' || names.length > 0;
  const isComplete = leftOut.length === 0 || !mustRun;
  process.exitCode = !areWell.includes(false) && counts.passed > 0 && isComplete ? 0 : 1;
}

await main(process.argv.slice(2));
