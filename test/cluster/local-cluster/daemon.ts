import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/until.js';
import type { Sandbox } from './sandbox.js';

const DEADLINE_MS = 120_000;

/** A program that runs in a sandbox until it is stopped or the sandbox ends; any process that is attached to the sandbox can do so. */
export class Daemon {
  readonly #command: string;
  readonly #pid: string;

  constructor(
    readonly sandbox: Sandbox,
    readonly name: string,
  ) {
    this.#command = sandbox.path('daemons', `${name}.json`);
    this.#pid = sandbox.path('daemons', `${name}.pid`);
  }

  /** Where its output goes, of all its lives. */
  get log(): string {
    return this.sandbox.path('logs', `${this.name}.log`);
  }

  /** Defines it by a command with an absolute path, and starts it. */
  async run(...command: readonly string[]): Promise<void> {
    this.sandbox.write(`daemons/${this.name}.json`, JSON.stringify(command));
    await this.start();
  }

  /** Starts it again as it was defined. */
  async start(): Promise<void> {
    const command: string[] = JSON.parse(readFileSync(this.#command, 'utf8'));
    rmSync(this.#pid, { force: true });
    const log = openSync(this.log, 'a');
    // Its number inside the sandbox, which it has for itself.
    const script = 'echo $$ >"$0.new"; mv "$0.new" "$0"; exec "$@"';
    const [nsenter = '', ...args] = this.sandbox.inside('/bin/sh', '-c', script, this.#pid, ...command);
    spawn(nsenter, args, { cwd: '/', stdio: ['ignore', log, log], detached: true }).unref();
    closeSync(log);
    await until(() => existsSync(this.#pid));
  }

  async isRunning(): Promise<boolean> {
    return this.#signal('0');
  }

  /** Sends a signal (TERM, KILL, ...) and waits for its end. */
  async stop(signal = 'TERM'): Promise<void> {
    await this.#signal(signal);
    await until(async () => !(await this.isRunning()));
  }

  /** Waits for something that only a running daemon can bring about; rejects with the end of its log if it ends before. */
  async until(condition: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + DEADLINE_MS;
    while (!(await condition().catch(() => false))) {
      const isLate = Date.now() > end;
      if (isLate || !(await this.isRunning())) {
        const last = readFileSync(this.log, 'utf8').split('\n').slice(-20).join('\n');
        throw new Error(
          `${this.name} ${isLate ? `not ready within ${DEADLINE_MS} ms` : 'has ended'}:\n${last}`,
        );
      }
      await sleep(50);
    }
  }

  #signal(signal: string): Promise<boolean> {
    const pid = readFileSync(this.#pid, 'utf8').trim();
    return this.sandbox.run('/bin/kill', `-${signal}`, pid).then(
      () => true,
      () => false,
    );
  }
}
