// `npm run lint`: Biome with the given options, then actionlint and zizmor on the GitHub workflows. `npm run tools`
// installs these two. Without them, it says so, which is a failure under CI=true.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** The programs of `npm run tools`, each with its arguments. Offline, zizmor checks the same on every machine. */
const WORKFLOW_LINTERS = [
  ['actionlint'],
  ['zizmor', '--offline', '--no-progress', '--quiet', '--persona=pedantic', '.github'],
];

const failed = [];
const biome = join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
run('biome', process.execPath, [biome, 'check', ...process.argv.slice(2)]);
for (const [name, ...args] of WORKFLOW_LINTERS) {
  const path = join(ROOT, '.tools', 'bin', name);
  if (existsSync(path)) run(name, path, args);
  else if (process.env.CI === 'true') fail(name, 'is not installed: npm run tools');
  else console.error(`${name}: left out, because it is not installed: npm run tools`);
}
process.exitCode = failed.length === 0 ? 0 : 1;

function run(name, command, args) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) fail(name, error === undefined ? `exit status ${status}` : error.message);
}

function fail(name, reason) {
  console.error(`${name}: ${reason}`);
  failed.push(name);
}
