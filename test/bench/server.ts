import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The flags that `npm start` gives to Node; both servers get them. */
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const NODE_FLAGS: readonly string[] = scripts.start.split(' ').slice(1, -1);

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

  /** Its output goes nowhere, so that nobody's reading of it is measured. */
  static async #start(name: string, script: string): Promise<BenchServer> {
    const port = await freePort();
    const started = performance.now();
    const [command = '', ...args] = pinned(CORES.server, [process.execPath, ...NODE_FLAGS, script]);
    const child = spawn(command, args, {
      env: { PATH: process.env.PATH, INJECTOR_WEBHOOK_PORT: String(port), INJECTOR_MANAGEMENT_PORT: '0' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    child.once('exit', (code) => {
      throw new Error(`${name} ended with ${code}`);
    });
    while (!(await isOpen(port))) await sleep(5);
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

/** The command on one core; only Linux has `taskset`. */
export function pinned(core: string, command: readonly string[]): readonly string[] {
  return process.platform === 'linux' ? ['taskset', '-c', core, ...command] : command;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
