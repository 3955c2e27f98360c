import { spawn } from 'node:child_process';

export interface Result {
  /** The exit status; 128 if a signal ended the command. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command with a text as stdin until it exits. */
export function run(command: string, args: readonly string[], input = ''): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'pipe' });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk) => {
        texts[name] += chunk;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ status: code ?? 128, ...texts }));
    child.stdin.on('error', () => {}); // ignore EPIPE: the command need not read stdin
    child.stdin.end(input);
  });
}

/** Runs a command and resolves with its stdout; rejects if it fails. */
export async function succeed(command: string, args: readonly string[], input?: string): Promise<string> {
  const { status, stdout, stderr } = await run(command, args, input);
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')}: exit ${status}\n${stderr}${stdout}`);
  return stdout;
}
