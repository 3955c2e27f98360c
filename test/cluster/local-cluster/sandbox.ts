import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../../support/until.js';
import { SCRIPTS } from './tools.js';

const execute = promisify(execFile);

/**
 * A directory, and mount, network and process namespaces. They last as long as the process that created them:
 * supervisor.sh cleans up however that process ends. Other processes can attach to them by the directory.
 */
export class Sandbox {
  /** Set only in the process that created the sandbox. */
  #supervisor: ChildProcess | undefined;

  private constructor(
    readonly directory: string,
    /** The PID of the first process in the namespaces. */
    readonly pid: number,
  ) {}

  static async create(): Promise<Sandbox> {
    const directory = mkdtempSync(join(tmpdir(), 'cluster-'));
    // The file systems of Pods are in it, and with hostUsers: false their root user is an ordinary one.
    chmodSync(directory, 0o711);
    mkdirSync(join(directory, 'logs'));
    const supervisor = spawn(join(SCRIPTS, 'supervisor.sh'), [directory, basename(directory)], {
      detached: true, // Ctrl-C must not reach it
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const isMade = () => ['pid', 'made'].every((file) => existsSync(join(directory, file)));
    await until(() => isMade() || supervisor.exitCode !== null);
    if (supervisor.exitCode !== null) throw new Error(`supervisor.sh: exit ${supervisor.exitCode}`);
    const sandbox = Sandbox.attach(directory);
    sandbox.#supervisor = supervisor;
    return sandbox;
  }

  /** The sandbox that another process created. */
  static attach(directory: string): Sandbox {
    return new Sandbox(directory, Number(readFileSync(join(directory, 'pid'), 'utf8')));
  }

  /** The unique name of the sandbox, which is that of its directory. */
  get name(): string {
    return basename(this.directory);
  }

  path(...parts: readonly string[]): string {
    return join(this.directory, ...parts);
  }

  /** Writes a file in the directory that only its owner may read; returns its path. */
  write(name: string, content: string): string {
    mkdirSync(join(this.path(name), '..'), { recursive: true });
    writeFileSync(this.path(name), content, { mode: 0o600 });
    return this.path(name);
  }

  /** The command line that runs a command inside. Paths must be absolute. */
  inside(...command: readonly string[]): string[] {
    return ['nsenter', '--target', String(this.pid), '--mount', '--net', '--pid', ...command];
  }

  /** Runs a command inside; resolves with its stdout, rejects if it fails. */
  async run(...command: readonly string[]): Promise<string> {
    const [nsenter = '', ...args] = this.inside(...command);
    return (await execute(nsenter, args, { maxBuffer: 2 ** 26 })).stdout;
  }

  /** Kills everything inside and removes the directory. Only for the process that created the sandbox. */
  async remove(): Promise<void> {
    const supervisor = this.#supervisor;
    if (supervisor === undefined)
      throw new Error(`${this.name}: only the process that created the sandbox can remove it`);
    const ended = new Promise((resolve) => supervisor.once('exit', resolve));
    supervisor.stdin?.end();
    await ended;
  }
}
