import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

/** The suites by name, and the folders (compiled) that hold their `*.spec.js`. */
const SUITES: { readonly [suite: string]: readonly string[] } = {
  unit: ['src', 'test/unit', 'test/golden', 'test/properties', 'test/docs'],
  cli: ['test/manifests', 'test/cli'],
  http: ['test/http', 'test/namespaces', 'test/tls'],
  process: ['test/process'],
};

const root = join(fileURLToPath(import.meta.url), '..', '..');

function specFiles(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return entries.filter((entry) => entry.endsWith('.spec.js')).map((entry) => join(root, folder, entry));
}

/** Runs suites one after the other and ends with a line that counts their tests. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(SUITES, name));
  if (unknown.length > 0) {
    throw new Error(`suites: expected ${Object.keys(SUITES).join(', ')}, got ${unknown.join(', ')}`);
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const name of names.length > 0 ? names : Object.keys(SUITES)) {
    const files = (SUITES[name] ?? []).flatMap(specFiles);
    console.log(`\n${name}: ${files.length} files`);
    const events = run({ files, concurrency: true });
    events.on('test:pass', ({ skip, details }) => {
      if (details.type !== 'suite') counts[skip === undefined ? 'passed' : 'skipped'] += 1;
    });
    events.on('test:fail', () => {
      counts.failed += 1;
    });
    const report = events.compose(new spec());
    for await (const chunk of report) process.stdout.write(chunk);
  }
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

await main(process.argv.slice(2));
