import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';
import { freePort } from './free-port.js';
import { until } from './until.js';

/** The program that `npm run tools` builds. */
export const REGISTRY_PROGRAM = join(ROOT, '.tools', 'bin', 'registry');

/** A container registry (github.com/distribution/distribution) that speaks HTTP and stores in a temporary directory. */
export class Registry {
  readonly #directory: string;
  readonly #process: ChildProcess;
  #stderr = '';

  private constructor(
    /** Its name in image references: address and port. */
    readonly host: string,
  ) {
    this.#directory = mkdtempSync(join(tmpdir(), 'registry-'));
    const file = join(this.#directory, 'config.json');
    writeFileSync(file, JSON.stringify(configuration(host, join(this.#directory, 'storage'))));
    const env = { PATH: process.env.PATH, OTEL_TRACES_EXPORTER: 'none' };
    this.#process = spawn(REGISTRY_PROGRAM, ['serve', file], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process.stderr?.on('data', (chunk) => {
      this.#stderr += chunk;
    });
  }

  /** Starts a registry on an address of this machine. */
  static async start(address = '127.0.0.1'): Promise<Registry> {
    const registry = new Registry(`${address}:${await freePort()}`);
    await until(() => registry.#process.exitCode !== null || registry.#answers());
    if (registry.#process.exitCode !== null) throw new Error(`registry: ${registry.#stderr}`);
    return registry;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      this.#process.kill();
      await once(this.#process, 'exit');
    }
    rmSync(this.#directory, { recursive: true });
  }

  async #answers(): Promise<boolean> {
    const response = await fetch(`http://${this.host}/v2/`).catch(() => undefined);
    return response?.status === 200;
  }
}

function configuration(addr: string, rootdirectory: string): object {
  return {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory }, delete: { enabled: true } },
    http: { addr },
  };
}
