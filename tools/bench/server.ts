import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/support/free-port.js';
import { ROOT } from '../checkout.js';
import { patchLength } from './patch-length.js';
import { CORES, cpuMs, NODE_FLAGS, pinned, residentMb } from './processes.js';

const TOOLS = join(ROOT, '.build', 'tools', 'bench');

/** Options to start a server with. */
export interface ServerOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Flags for Node, in addition to those of `npm start`. */
  readonly flags?: readonly string[];
}

/** The servers to compare. */
export interface Servers {
  readonly bare: BenchServer;
  readonly injector: BenchServer;
}

/** A server under load: a process on one core. */
export class BenchServer {
  private constructor(
    readonly port: number,
    readonly managementPort: number,
    /** The time from the start of the process until it is ready, in milliseconds. */
    readonly startMs: number,
    readonly child: ChildProcess,
  ) {}

  static bare(): Promise<BenchServer> {
    return BenchServer.#start(join(TOOLS, 'bare-server.js'), { env: patchEnv() });
  }

  /** A server that does only these steps of the injector's work: see `step-server.ts`. */
  static steps(steps: readonly string[]): Promise<BenchServer> {
    const env = { ...patchEnv(), BENCH_STEPS: steps.join(',') };
    return BenchServer.#start(join(TOOLS, 'step-server.js'), { env });
  }

  /** A program that takes its ports and the length of its patch as the bare server does. */
  static program(path: string, env: NodeJS.ProcessEnv): Promise<BenchServer> {
    return BenchServer.#run([path], { ...patchEnv(), ...env });
  }

  static injector(options?: ServerOptions): Promise<BenchServer> {
    return BenchServer.#start(join(ROOT, 'dist', 'main.js'), options);
  }

  /** Starts the files `tsc` makes: a profile of the bundle does not show in which file the time is spent. */
  static unbundled(options?: ServerOptions): Promise<BenchServer> {
    return BenchServer.#start(join(ROOT, '.build', 'src', 'main.js'), options);
  }

  static #start(script: string, { env = {}, flags = [] }: ServerOptions = {}): Promise<BenchServer> {
    return BenchServer.#run([process.execPath, ...NODE_FLAGS, ...flags, script], env);
  }

  /** Resolves when both ports are open. Discards stdout, so that reading it is not measured. */
  static async #run(program: readonly string[], env: NodeJS.ProcessEnv): Promise<BenchServer> {
    const [port, managementPort] = [await freePort(), await freePort()];
    const started = performance.now();
    const command = pinned(CORES.server, program);
    const child = spawn(command[0] as string, command.slice(1), {
      env: {
        PATH: process.env.PATH,
        INJECTOR_WEBHOOK_PORT: String(port),
        INJECTOR_MANAGEMENT_PORT: String(managementPort),
        INJECTOR_SHUTDOWN_DRAIN_SECONDS: '0',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('close', () => process.off('exit', kill));
    child.once('exit', (code) => {
      throw new Error(`${program.join(' ')} exited with ${code}`);
    });
    while (!(await isOpen(managementPort))) await sleep(2);
    return new BenchServer(port, managementPort, performance.now() - started, child);
  }

  get cpuMs(): number {
    return cpuMs(this.child.pid as number);
  }

  get residentMb(): number {
    return residentMb(this.child.pid as number);
  }

  /** Reads the injector's metrics, keyed by name and labels. */
  async metrics(): Promise<{ readonly [sample: string]: number }> {
    const response = await fetch(`http://127.0.0.1:${this.managementPort}/metrics`);
    const samples = (await response.text()).split('\n').filter((line) => /^[a-z]/.test(line));
    return Object.fromEntries(
      samples.map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)]),
    );
  }

  async stop(): Promise<void> {
    const exit = once(this.child.removeAllListeners('exit'), 'exit');
    this.child.kill('SIGTERM');
    await exit;
  }
}

function patchEnv(): NodeJS.ProcessEnv {
  return { BENCH_PATCH_LENGTH: String(patchLength()) };
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
