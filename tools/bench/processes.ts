import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../checkout.js';

/** Where the commands write. */
export const RESULTS = join(ROOT, '.bench');

/** Which core the servers get, and which the load. */
export const CORES = { server: '0', load: availableParallelism() > 1 ? '1' : '0' };

/** The flags that `npm start` gives to Node; everything that is measured gets them. */
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
export const NODE_FLAGS: readonly string[] = scripts.start.split(' ').slice(1, -1);

/** Linux counts the time of processes in ticks of a hundredth of a second (`getconf CLK_TCK`). */
const TICK_MS = 10;

const execute = promisify(execFile);

/** The command on one core; only Linux has `taskset`. */
export function pinned(core: string, command: readonly string[]): readonly string[] {
  return process.platform === 'linux' ? ['taskset', '-c', core, ...command] : command;
}

/** What a command on one core prints. Rejects if it fails. */
export async function output(core: string, command: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const [program = '', ...args] = pinned(core, command);
  return (await execute(program, args, { env, maxBuffer: 1e8 })).stdout;
}

/** The time that a process has had on any core, in milliseconds: proc_pid_stat(5), utime and stime. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Resident memory of a process in MB: proc_pid_status(5). */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000;
}

/** How long a core has had nothing to do, in milliseconds: proc_stat(5), idle. */
export function idleMs(core: string): number {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1];
  return Number(line?.split(' ')[3]) * TICK_MS;
}
