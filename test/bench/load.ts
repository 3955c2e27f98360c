import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REVIEWS } from '../reviews.js';
import { CORES, pinned } from './server.js';

const CONNECTIONS = '16';
const autocannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js');

/** The load generator: `wrk`, which can saturate a server on one core, or else `autocannon`, which may be the limit itself. */
export const GENERATOR = spawnSync('wrk', ['--version']).error === undefined ? 'wrk' : 'autocannon';

/** Answers per second to a recorded review over 16 kept connections. Throws if any answer is not 200. */
export function load(port: number, review: string, seconds: number): number {
  const url = `https://127.0.0.1:${port}/mutate?timeout=5s`;
  return GENERATOR === 'wrk' ? wrk(url, review, seconds) : cannon(url, review, seconds);
}

function wrk(url: string, review: string, seconds: number): number {
  const script = join(mkdtempSync(join(tmpdir(), 'wrk-')), 'post.lua');
  const file = join(REVIEWS, `${review}.json`);
  writeFileSync(
    script,
    `wrk.method = "POST"\nlocal f = io.open("${file}")\nwrk.body = f:read("*a")\nf:close()\n`,
  );
  const out = run(['wrk', '-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script, url]);
  if (/Non-2xx|Socket errors/.test(out)) throw new Error(out);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(out)?.[1]);
}

function cannon(url: string, review: string, seconds: number): number {
  const file = join(REVIEWS, `${review}.json`);
  const options = ['-j', '-c', CONNECTIONS, '-d', String(seconds), '-m', 'POST', '-i', file];
  const result = JSON.parse(run([process.execPath, autocannon, ...options, url]));
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} bad answers, ${result.errors} errors`);
  return result.requests.average;
}

function run(command: readonly string[]): string {
  const [program = '', ...args] = pinned(CORES.load, command);
  const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' };
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', env, maxBuffer: 1e8 });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  return stdout;
}
