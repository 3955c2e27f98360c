import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { ROOT } from '../../tools/checkout.js';

const SCRIPT = join(ROOT, 'test', 'redirect', 'peers.py');

/** A user and group of a process. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

export const APP: User = { uid: 1000, gid: 1000 };
export const PROXY: User = { uid: 5054, gid: 5054 };

export type Protocol = 'tcp' | 'udp';

/** Something that answers with its name. */
export interface Listener {
  readonly name: string;
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
}

export type Question = readonly [protocol: Protocol, host: string, port: number];

/** Who answered, and for TCP whom it saw and where that wanted to go as SO_ORIGINAL_DST says; null if nobody answered. */
export type Reply = {
  readonly by: string;
  readonly from?: string;
  readonly to?: readonly [string, number];
} | null;

/** Listeners of one user in a network namespace; they end with this process at the latest. */
export class Listeners {
  readonly #child: ChildProcess;

  constructor(namespace: string, user: User, listeners: readonly Listener[]) {
    const [command, ...args] = peers(namespace, user, ['listen', JSON.stringify(listeners)]);
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    process.once('exit', this.#stop);
  }

  /** Resolves when all of them listen. */
  async ready(): Promise<void> {
    const [said] = await Promise.race([
      once(this.#child.stdout as Readable, 'data'),
      once(this.#child, 'exit'),
    ]);
    if (!String(said).startsWith('listening')) throw new Error(`the listeners ended with ${said}`);
  }

  stop(): void {
    process.off('exit', this.#stop);
    this.#stop();
  }

  readonly #stop = () => {
    this.#child.kill('SIGKILL');
  };
}

/** Asks from a network namespace as a user, one question after the other. */
export async function ask(namespace: string, user: User, questions: readonly Question[]): Promise<Reply[]> {
  const [command, ...args] = peers(namespace, user, ['ask', JSON.stringify(questions)]);
  const { stdout } = await promisify(execFile)(command, args);
  return JSON.parse(stdout);
}

/** A command in a network namespace as a user. */
export function inNamespace(
  namespace: string,
  { uid, gid }: User,
  command: readonly string[],
): [string, ...string[]] {
  const user = ['setpriv', '--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
  return ['ip', 'netns', 'exec', namespace, ...user, ...command];
}

function peers(namespace: string, user: User, args: readonly string[]): [string, ...string[]] {
  return inNamespace(namespace, user, ['/usr/bin/python3', SCRIPT, ...args]);
}
