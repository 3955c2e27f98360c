import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { missingForChart } from './chart/requirements.js';
import { missingForImages } from './images/requirements.js';
import { missingForMonitoring } from './monitoring/requirements.js';
import { missingForRedirect } from './redirect/requirements.js';

/** The tests of some folders. */
interface Suite {
  /** Compiled; they hold `*.spec.js`. */
  readonly folders: readonly string[];
  /** What keeps it from running here and what to do about it; undefined if nothing does. */
  readonly missing?: () => string | undefined;
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
};

const root = join(fileURLToPath(import.meta.url), '..', '..');

function specFiles(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return entries.filter((entry) => entry.endsWith('.spec.js')).map((entry) => join(root, folder, entry));
}

/**
 * Runs suites one after the other and ends with the suites that were left out and why, and a line that counts the tests. To leave
 * one out is a failure under `CI=true`, and where it was asked for by name.
 */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(SUITES, name));
  if (unknown.length > 0) {
    throw new Error(`suites: expected ${Object.keys(SUITES).join(', ')}, got ${unknown.join(', ')}`);
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const leftOut: string[] = [];
  let isFailed = false; // a suite can fail without any of its tests
  for (const [name, { folders, missing }] of Object.entries(SUITES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const reason = missing?.();
    if (reason !== undefined) {
      leftOut.push(`${name}: ${reason}`);
      continue;
    }
    const files = folders.flatMap(specFiles);
    console.log(`\n${name}: ${files.length} files`);
    const events = run({ files, concurrency: true });
    events.on('test:pass', ({ skip, details }) => {
      if (details.type !== 'suite') counts[skip === undefined ? 'passed' : 'skipped'] += 1;
    });
    events.on('test:fail', ({ details }) => {
      if (details.type !== 'suite') counts.failed += 1;
      isFailed = true;
    });
    const report = events.compose(new spec());
    for await (const chunk of report) process.stdout.write(chunk);
  }
  if (leftOut.length > 0) console.log(`\nleft out:\n  ${leftOut.join('\n  ')}`);
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  const mustRun = process.env.CI === 'true' || names.length > 0;
  const isComplete = leftOut.length === 0 || !mustRun;
  process.exitCode = !isFailed && counts.passed > 0 && isComplete ? 0 : 1;
}

await main(process.argv.slice(2));
