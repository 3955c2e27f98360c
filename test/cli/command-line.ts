import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';

/** The built entry point of the command line. */
export const MAIN = join(ROOT, 'dist', 'cli', 'main.js');

/** The result of a process. */
export interface ProcessResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a process. Its stdin ends after `stdin`. */
export interface ProcessOptions {
  readonly stdin?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Runs `proxy-injector` in a separate process. */
export function proxyInjector(args: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> {
  return runProgram(process.execPath, [MAIN, ...args], options);
}

/** Runs a program with only `PATH` and `env` in its environment. */
export function runProgram(
  program: string,
  args: readonly string[],
  { stdin = '', env = {}, cwd }: ProcessOptions,
): Promise<ProcessResult> {
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
  child.stdin.on('error', () => {}); // the process may exit before it has read everything
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Options of a test that needs a program: skips it if the program is missing, but never in CI. */
export function requires(program: string): { skip: string | false } {
  const isInstalled = spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  return { skip: !isInstalled && process.env.CI !== 'true' && `${program} is not installed` };
}

/** Creates a temporary folder. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'proxy-injector-cli-'));
}
