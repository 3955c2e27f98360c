import { spawn } from 'node:child_process';

/** What a command did. */
export interface Result {
  /** Its exit status; 128 and more if a signal ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, with a text as its standard input. */
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
    child.stdin.on('error', () => {}); // it need not read it
    child.stdin.end(input);
  });
}

/** Runs a command that has to succeed; resolves with what it printed. */
export async function succeed(command: string, args: readonly string[], input?: string): Promise<string> {
  const { status, stdout, stderr } = await run(command, args, input);
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')}: exit ${status}\n${stderr}${stdout}`);
  return stdout;
}
