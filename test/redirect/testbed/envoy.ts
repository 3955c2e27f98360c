import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { ROOT } from '../../../tools/checkout.js';
import { inNamespace, PROXY } from './peers.js';

/** The real Envoy. */
export const ENVOY = join(ROOT, '.tools', 'envoy', 'envoy');

/** The fields of the proxy container that decide how Envoy runs. */
export interface ProxyContainer {
  readonly lifecycle: { readonly postStart: { readonly exec: { readonly command: readonly string[] } } };
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

/** The arguments of a container, with references such as `$(NAME)` expanded as by the kubelet. */
export function expandedArgs({ args, env }: ProxyContainer): string[] {
  const values = new Map(env.map(({ name, value }) => [name, value]));
  return args.map((arg) => arg.replace(/\$\((\w+)\)/g, (reference, name) => values.get(name) ?? reference));
}

/** Envoy as the proxy of a Pod: it runs with the arguments of the injected container, as its user. */
export class Envoy {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  readonly #accessLog: string[] = [];

  constructor(namespace: string, container: ProxyContainer) {
    const [command, ...args] = inNamespace(namespace, PROXY, [ENVOY, ...expandedArgs(container)]);
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#exit = once(this.#child, 'exit');
    process.once('exit', () => this.#child.kill('SIGKILL'));
    createInterface({ input: this.#child.stdout as Readable }).on('line', (line) =>
      this.#accessLog.push(line),
    );
  }

  /** The lines of the access log, which Envoy writes once a second at least. */
  get accessLog(): readonly string[] {
    return this.#accessLog;
  }

  /** Resolves when Envoy serves. The log level must be `info` or lower. */
  async ready(): Promise<void> {
    const log: string[] = [];
    for await (const line of createInterface({ input: this.#child.stderr as Readable })) {
      log.push(line);
      if (line.includes('starting workers')) break;
    }
    assert.match(log.at(-1) ?? '', /starting workers/, log.join('\n'));
    this.#child.stderr?.resume();
  }

  /** Stops Envoy as the kubelet does, and returns its exit status. */
  async terminate(): Promise<unknown> {
    this.#child.kill('SIGTERM');
    return (await this.#exit)[0];
  }
}
