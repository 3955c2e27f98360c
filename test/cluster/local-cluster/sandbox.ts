import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../../support/until.js';
import { SCRIPTS } from './tools.js';

const execute = promisify(execFile);

/**
 * A directory, and namespaces of mounts, network and processes. They last as long as the process that created them: supervisor.sh sees to
 * it that nothing is left, whatever the end of that process. Others can attach to them by the directory.
 */
export class Sandbox {
  /** Of this process alone, if it created the sandbox. */
  #supervisor: ChildProcess | undefined;

  private constructor(
    readonly directory: string,
    /** The process that the namespaces are named by. */
    readonly pid: number,
  ) {}

  static async create(): Promise<Sandbox> {
    const directory = mkdtempSync(join(tmpdir(), 'cluster-'));
    mkdirSync(join(directory, 'logs'));
    const supervisor = spawn(join(SCRIPTS, 'supervisor.sh'), [directory, basename(directory)], {
      detached: true, // so that Ctrl-C does not reach it
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const isMade = () => ['pid', 'made'].every((file) => existsSync(join(directory, file)));
    await until(() => isMade() || supervisor.exitCode !== null);
    if (supervisor.exitCode !== null) throw new Error(`supervisor.sh ended with ${supervisor.exitCode}`);
    const sandbox = Sandbox.attach(directory);
    sandbox.#supervisor = supervisor;
    return sandbox;
  }

  /** The sandbox that another process created and keeps. */
  static attach(directory: string): Sandbox {
    return new Sandbox(directory, Number(readFileSync(join(directory, 'pid'), 'utf8')));
  }

  /** The name of the directory, which no other sandbox has. */
  get name(): string {
    return basename(this.directory);
  }

  path(...parts: readonly string[]): string {
    return join(this.directory, ...parts);
  }

  /** Writes a file below the directory, and returns its path. */
  write(name: string, content: string): string {
    mkdirSync(join(this.path(name), '..'), { recursive: true });
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** What runs a command inside, with absolute paths. */
  inside(...command: readonly string[]): string[] {
    return ['nsenter', '--target', String(this.pid), '--mount', '--net', '--pid', ...command];
  }

  /** Runs a command inside; resolves with what it prints, rejects if it fails. */
  async run(...command: readonly string[]): Promise<string> {
    const [nsenter = '', ...args] = this.inside(...command);
    return (await execute(nsenter, args, { maxBuffer: 2 ** 26 })).stdout;
  }

  /** Ends everything inside, and removes the directory. For the creator. */
  async remove(): Promise<void> {
    const supervisor = this.#supervisor;
    if (supervisor === undefined) throw new Error(`${this.name}: only its creator removes it`);
    const ended = new Promise((resolve) => supervisor.once('exit', resolve));
    supervisor.stdin?.end();
    await ended;
  }
}
