import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Input } from './inputs.js';
import { CORES, output } from './processes.js';

/** Enough connections to saturate a server. */
export const SATURATING = 16;
const autocannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js');

/**
 * The load generator: `wrk`, which can saturate a server on one core, or `autocannon`, which may itself be the limit.
 */
export const GENERATOR = spawnSync('wrk', ['--version']).error === undefined ? 'wrk' : 'autocannon';

/** The number of responses, and the seconds they took. */
export interface Load {
  readonly requests: number;
  readonly seconds: number;
}

/**
 * Sends requests as fast as the server answers, over persistent connections. Rejects unless every response is a 200.
 */
export function load(
  port: number,
  input: Input,
  seconds: number,
  connections: number = SATURATING,
): Promise<Load> {
  const url = `https://127.0.0.1:${port}/mutate?timeout=5s`;
  return GENERATOR === 'wrk'
    ? wrk(url, input, seconds, connections)
    : cannon(url, input, seconds, connections);
}

async function wrk(url: string, { file }: Input, seconds: number, connections: number): Promise<Load> {
  const script = join(mkdtempSync(join(tmpdir(), 'bench-')), 'post.lua');
  writeFileSync(
    script,
    `wrk.method = "POST"\nlocal f = io.open("${file}")\nwrk.body = f:read("*a")\nf:close()\n`,
  );
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script];
  const out = await output(CORES.load, ['wrk', ...options, url]);
  if (/Non-2xx|Socket errors/.test(out)) throw new Error(out);
  const requests = Number(/(\d+) requests in/.exec(out)?.[1]);
  return { requests, seconds: requests / Number(/Requests\/sec:\s+([\d.]+)/.exec(out)?.[1]) };
}

async function cannon(url: string, { file }: Input, seconds: number, connections: number): Promise<Load> {
  const options = ['-j', '-c', String(connections), '-d', String(seconds), '-m', 'POST', '-i', file];
  const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' };
  const { non2xx, errors, requests, duration } = JSON.parse(
    await output(CORES.load, [process.execPath, autocannon, ...options, url], env),
  );
  if (non2xx > 0 || errors > 0) throw new Error(`${non2xx} responses other than 2xx, ${errors} errors`);
  return { requests: requests.total, seconds: duration };
}
