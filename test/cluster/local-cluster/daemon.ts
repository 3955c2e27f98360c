import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/until.js';
import type { Sandbox } from './sandbox.js';

const DEADLINE_MS = 120_000;

/**
 * A program that runs in a sandbox until it is stopped. Any process that is attached to the sandbox can start and stop
 * it.
 */
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

  /** The path of its log, which restarts append to. */
  get log(): string {
    return this.sandbox.path('logs', `${this.name}.log`);
  }

  /** Sets its command, with an absolute path, and starts it. */
  async run(...command: readonly string[]): Promise<void> {
    this.sandbox.write(`daemons/${this.name}.json`, JSON.stringify(command));
    await this.start();
  }

  /** Starts it with the command of the last `run`. */
  async start(): Promise<void> {
    rmSync(this.#pid, { force: true });
    const log = openSync(this.log, 'a');
    // Writes its PID inside the sandbox.
    const script = 'echo $$ >"$0.new"; mv "$0.new" "$0"; exec "$@"';
    const [nsenter = '', ...args] = this.sandbox.inside('/bin/sh', '-c', script, this.#pid, ...this.command);
    spawn(nsenter, args, { cwd: '/', stdio: ['ignore', log, log], detached: true }).unref();
    closeSync(log);
    await until(() => existsSync(this.#pid));
  }

  /** The command of the last `run`. */
  get command(): readonly string[] {
    return JSON.parse(readFileSync(this.#command, 'utf8'));
  }

  async isRunning(): Promise<boolean> {
    return this.#signal('0');
  }

  /** Sends a signal (TERM, KILL, ...) and waits until it has exited. */
  async stop(signal = 'TERM'): Promise<void> {
    await this.#signal(signal);
    await until(async () => !(await this.isRunning()));
  }

  /** Waits for a condition; rejects with the end of the log if the daemon exits first, or after a deadline. */
  async until(condition: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + DEADLINE_MS;
    while (!(await condition().catch(() => false))) {
      const isLate = Date.now() > end;
      if (isLate || !(await this.isRunning())) {
        const last = readFileSync(this.log, 'utf8').split('\n').slice(-20).join('\n');
        throw new Error(
          `${this.name} ${isLate ? `was not ready within ${DEADLINE_MS} ms` : 'exited'}:\n${last}`,
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
