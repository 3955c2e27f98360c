// Builds dist and .build, then runs a compiled script: `node tools/run.js test/run.js unit`. It runs in this process,
// so that signals reach it.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..');
const [script, ...args] = process.argv.slice(2);

npm('run', '--silent', 'build');
rmSync(join(ROOT, '.build'), { recursive: true, force: true }); // it may hold specs that were deleted
npm('exec', '--', 'tsc');

const path = join(ROOT, '.build', script);
process.argv = [process.execPath, path, ...args];
await import(pathToFileURL(path).href);

function npm(...words) {
  const { status } = spawnSync(`npm ${words.join(' ')}`, { cwd: ROOT, stdio: 'inherit', shell: true });
  if (status !== 0) process.exit(status ?? 1);
}
