import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';

/** The built command line. */
export const MAIN = join(ROOT, 'dist', 'cli', 'main.js');

/** What a process left behind. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a process is started; what is written to its standard input is all that comes. */
export interface Started {
  readonly stdin?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Runs `proxy-injector` as its own process. */
export function proxyInjector(args: readonly string[], started: Started = {}): Promise<Ended> {
  return ended(process.execPath, [MAIN, ...args], started);
}

/** Runs a program with the environment of a user who has set nothing. */
export function ended(
  program: string,
  args: readonly string[],
  { stdin = '', env = {}, cwd }: Started,
): Promise<Ended> {
  const { PATH, NODE_V8_COVERAGE } = process.env;
  const child = spawn(program, args, {
    cwd,
    env: { PATH, ...(NODE_V8_COVERAGE && { NODE_V8_COVERAGE }), ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.on('error', () => {}); // it ended without reading all
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Skips a test where a program is not there, but never on a CI machine. */
export function needs(program: string): { skip: string | false } {
  const isThere = spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  return { skip: !isThere && process.env.CI !== 'true' && `there is no ${program}` };
}

/** A folder of a test's own. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'proxy-injector-cli-'));
}
