import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Which core the servers get and which the load, where the system can say so. */
export const CORES = { server: '0', load: '1' };

/** A server under load: a process of its own, on one core. */
export class BenchServer {
  private constructor(
    readonly name: string,
    readonly port: number,
    /** From the start of the process to the port being open, in milliseconds. */
    readonly startMs: number,
    readonly child: ChildProcess,
  ) {}

  static bare(): Promise<BenchServer> {
    return BenchServer.#start('bare node:https', join(ROOT, '.build', 'test', 'bench', 'bare-server.js'));
  }

  static injector(): Promise<BenchServer> {
    return BenchServer.#start('proxy-injector', join(ROOT, 'dist', 'main.js'));
  }

  static async #start(name: string, script: string): Promise<BenchServer> {
    const started = performance.now();
    const [command = '', ...args] = pinned(CORES.server, [process.execPath, script]);
    const child = spawn(command, args, {
      env: { PATH: process.env.PATH, INJECTOR_WEBHOOK_PORT: '0', INJECTOR_MANAGEMENT_PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await new Promise<number>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const { port } = JSON.parse(line);
        if (port !== undefined) resolve(port);
      });
    });
    return new BenchServer(name, port, performance.now() - started, child);
  }

  /** Resident memory in MB; only Linux says. */
  get residentMb(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1000;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.child.removeAllListeners('exit').once('exit', () => resolve());
      this.child.kill('SIGKILL');
    });
  }
}

/** The command on one core, if there are two cores and `taskset`. */
export function pinned(core: string, command: readonly string[]): readonly string[] {
  return process.platform === 'linux' ? ['taskset', '-c', core, ...command] : command;
}
