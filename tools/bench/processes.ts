import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../checkout.js';

/** The directory for results. */
export const RESULTS = join(ROOT, '.bench');

/** The cores of the servers and of the load generator. */
export const CORES = { server: '0', load: availableParallelism() > 1 ? '1' : '0' };

/** The flags that `npm start` passes to Node. All measured servers run with them. */
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
export const NODE_FLAGS: readonly string[] = scripts.start
  .split(' ')
  .filter((word: string) => word.startsWith('--'));

/** Linux counts processor time in ticks of a hundredth of a second (`getconf CLK_TCK`). */
const TICK_MS = 10;

const execute = promisify(execFile);

/** Pins a command to one core. Only Linux has `taskset`. */
export function pinned(core: string, command: readonly string[]): readonly string[] {
  return process.platform === 'linux' ? ['taskset', '-c', core, ...command] : command;
}

/** Runs a command on one core and returns its stdout. Rejects if it fails. */
export async function output(core: string, command: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const [program = '', ...args] = pinned(core, command);
  return (await execute(program, args, { env, maxBuffer: 1e8 })).stdout;
}

/**
 * The processor time of a process, in milliseconds: that of its threads, which the scheduler counts in nanoseconds
 * (docs.kernel.org/scheduler/sched-stats.html). Node's threads live as long as the process.
 */
export function cpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map((id) => readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]);
  return times.reduce((sum, nanoseconds) => sum + Number(nanoseconds), 0) / 1e6;
}

/** The resident memory of a process, in MB: VmRSS of proc_pid_status(5). */
export function residentMb(pid: number): number {
  return statusMb(pid, 'VmRSS');
}

/** The most resident memory that a process has had, in MB: VmHWM of proc_pid_status(5). 0 after its end. */
export function peakMb(pid: number): number {
  return statusMb(pid, 'VmHWM') || 0;
}

function statusMb(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1000;
}

/** The idle time of a core, in milliseconds: idle of proc_stat(5). */
export function idleMs(core: string): number {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1];
  return Number(line?.split(' ')[3]) * TICK_MS;
}
