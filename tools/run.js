// Builds dist and .build, then runs a compiled script in this process, so that signals reach it: `node tools/run.js test/run.js unit`.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..');
const [script, ...args] = process.argv.slice(2);

npm('run', '--silent', 'build');
rmSync(join(ROOT, '.build'), { recursive: true, force: true }); // of specs that are gone
npm('exec', '--', 'tsc');

const path = join(ROOT, '.build', script);
process.argv = [process.execPath, path, ...args];
await import(pathToFileURL(path).href);

function npm(...words) {
  const { status } = spawnSync(`npm ${words.join(' ')}`, { cwd: ROOT, stdio: 'inherit', shell: true });
  if (status !== 0) process.exit(status ?? 1);
}
