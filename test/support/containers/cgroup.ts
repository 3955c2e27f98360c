import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';
/** On a machine with cgroup v1, every controller has a hierarchy of its own. */
const IS_V1 = existsSync(join(ROOT, 'memory'));
const CONTROLLERS = IS_V1 ? ['memory', 'cpuacct'] : ['.'];

/** What a container used. */
export interface Usage {
  /** The most memory that it had at any time, with what the kernel and the runtime used to start it. */
  readonly peakMib: number;
  readonly cpuMs: number;
}

/** A cgroup that measures the containers that run in it. */
export class Cgroup {
  static #count = 0;
  /** The path below the root, for `linux.cgroupsPath` of a container in it. */
  readonly path: string;

  constructor() {
    Cgroup.#count += 1;
    this.path = `/test-${process.pid}-${Cgroup.#count}`;
    for (const controller of CONTROLLERS) mkdirSync(this.#directory(controller));
  }

  /** Call it after the containers have ended. */
  usage(): Usage {
    const bytes = this.#read('memory', IS_V1 ? 'memory.max_usage_in_bytes' : 'memory.peak');
    const cpu = this.#read('cpuacct', IS_V1 ? 'cpuacct.usage' : 'cpu.stat');
    const cpuMs = IS_V1 ? Number(cpu) / 1e6 : Number(/usage_usec (\d+)/.exec(cpu)?.[1]) / 1e3;
    return { peakMib: Number(bytes) / 2 ** 20, cpuMs };
  }

  remove(): void {
    for (const controller of CONTROLLERS) rmdirSync(this.#directory(controller));
  }

  #directory(controller: string): string {
    return join(ROOT, controller, this.path);
  }

  #read(controller: string, file: string): string {
    return readFileSync(join(this.#directory(IS_V1 ? controller : '.'), file), 'utf8');
  }
}
