import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { ROOT } from '../../../tools/checkout.js';

const SCRIPT = join(ROOT, 'test', 'redirect', 'testbed', 'peers.py');

/** The user and group of a process. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

export const APP: User = { uid: 1000, gid: 1000 };
export const PROXY: User = { uid: 5054, gid: 5054 };

export type Protocol = 'tcp' | 'udp';

/** A server that answers with its name. */
export interface Listener {
  readonly name: string;
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
}

export type Question = readonly [protocol: Protocol, host: string, port: number];

/**
 * The name of the listener that answered; over TCP also the address of the client that it saw, and the original
 * destination (SO_ORIGINAL_DST) if connections are tracked. Null without an answer.
 */
export type Reply = {
  readonly by: string;
  readonly from?: string;
  readonly to?: readonly [string, number];
} | null;

/** Listeners that run as one user in a network namespace. They end with this process at the latest. */
export class Listeners {
  readonly #child: ChildProcess;

  constructor(namespace: string, user: User, listeners: readonly Listener[]) {
    const [command, ...args] = peers(namespace, user, ['listen', JSON.stringify(listeners)]);
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    process.once('exit', this.#stop);
  }

  /** Resolves when all listen. */
  async ready(): Promise<void> {
    const [output] = await Promise.race([
      once(this.#child.stdout as Readable, 'data'),
      once(this.#child, 'exit'),
    ]);
    if (!String(output).startsWith('listening')) throw new Error(`the listeners exited with ${output}`);
  }

  stop(): void {
    process.off('exit', this.#stop);
    this.#stop();
  }

  readonly #stop = () => {
    this.#child.kill('SIGKILL');
  };
}

/** Sends questions one after the other, as a user in a network namespace. */
export async function ask(namespace: string, user: User, questions: readonly Question[]): Promise<Reply[]> {
  const [command, ...args] = peers(namespace, user, ['ask', JSON.stringify(questions)]);
  const { stdout } = await promisify(execFile)(command, args);
  return JSON.parse(stdout);
}

/** The command line that runs a command as a user in a network namespace. */
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
