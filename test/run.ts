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

/** The tests of some folders. */
interface Suite {
  /** Compiled; they hold `*.spec.js`. */
  readonly folders: readonly string[];
  /** What keeps it from running here and what to do about it; undefined if nothing does. */
  readonly missing?: () => string | undefined;
  /** Starts what its files share, so that they run one after the other; what ends it. */
  readonly start?: () => Promise<(isFailed: boolean) => Promise<void>>;
}

const SUITES: { readonly [name: string]: Suite } = {
  unit: { folders: ['src', 'test/unit', 'test/golden', 'test/properties', 'test/docs'] },
  cli: { folders: ['test/manifests', 'test/cli'] },
  http: { folders: ['test/http', 'test/namespaces', 'test/tls'] },
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

/** Runs the tests of a suite and counts them; whether all is well, for a suite can fail without any of its tests. */
async function runSuite(name: string, { folders, start }: Suite, counts: Counts): Promise<boolean> {
  const files = folders.flatMap(specFiles);
  console.log(`\n${name}: ${files.length} files`);
  const end = await start?.();
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
    for await (const chunk of events.compose(new spec())) process.stdout.write(chunk);
  } finally {
    await end?.(isFailed);
  }
  return !isFailed;
}

/**
 * Runs suites one after the other and ends with how long they took, the suites that were left out and why, and a line that counts the
 * tests. To leave one out is a failure under `CI=true`, and where it was asked for by name.
 */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(SUITES, name));
  if (unknown.length > 0) {
    throw new Error(`suites: expected ${Object.keys(SUITES).join(', ')}, got ${unknown.join(', ')}`);
  }
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const leftOut: string[] = [];
  const times: string[] = [];
  let isWell = true;
  for (const [name, suite] of Object.entries(SUITES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const reason = suite.missing?.();
    if (reason !== undefined) {
      leftOut.push(`${name}: ${reason}`);
      continue;
    }
    const started = Date.now();
    isWell = (await runSuite(name, suite, counts)) && isWell;
    times.push(`${name} ${((Date.now() - started) / 1000).toFixed(0)} s`);
  }
  console.log(`\n${times.join(', ')}`);
  if (leftOut.length > 0) console.log(`\nleft out:\n  ${leftOut.join('\n  ')}`);
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  const mustRun = process.env.CI === 'true' || names.length > 0;
  const isComplete = leftOut.length === 0 || !mustRun;
  process.exitCode = isWell && counts.passed > 0 && isComplete ? 0 : 1;
}

await main(process.argv.slice(2));
