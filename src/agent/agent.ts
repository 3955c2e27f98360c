import { statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { AgentMetrics } from './agent-metrics.js';
import type { PodSandbox } from './nri/messages_pb.js';
import type { NriConnection } from './nri/nri-connection.js';
import { connectPlugin, type PluginEvents } from './nri/plugin.js';
import { MAX_APPLY_MS, type Redirects } from './redirects/redirects.js';
import { type Sandbox, sandboxOf } from './redirects/sandbox.js';

/** The name of the plugin. With the index, the runtime shows it in its log. */
export const PLUGIN_NAME = 'proxy-injector';

/** The share of the runtime's own deadline after which the agent answers, so that the answer arrives. */
const SHARE_OF_DEADLINE = 0.75;

/** How often to look for a new socket of the runtime: a Pod that starts before the agent is back has to wait. */
const LOOK_MS = 50;

/** The pause before the next attempt. It doubles until the agent is synchronized, or there is a new socket. */
const PAUSE_MS = { first: 50, longest: 5000 };

/** How the agent reaches the runtime. */
export interface AgentOptions {
  readonly nriSocket: string;
  readonly nriIndex: string;
}

/** The plugin of the runtime that applies the redirects of Pods. It connects again whenever the connection ends. */
export class Agent {
  #connection: NriConnection | undefined;
  /** How many connections have ended: the work for one may outlast it. */
  #connections = 0;
  /** The socket at the last attempt to connect. */
  #tried: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = PAUSE_MS.first;
  #lastError: string | undefined;
  #notReady: string | undefined = 'not connected to the container runtime';
  #isStopped = false;
  #abort = new AbortController();

  constructor(
    private readonly options: AgentOptions,
    private readonly redirects: Redirects,
    private readonly logger: Logger,
    private readonly metrics: AgentMetrics,
  ) {}

  /** Why the agent is not ready; undefined once it applied the redirects of all Pods on the node, or tried to. */
  get notReady(): string | undefined {
    return this.#notReady;
  }

  /** Connects, and stays connected until it is stopped. */
  start(): void {
    this.#connect().catch((error: Error) => this.#lost(error));
  }

  /**
   * Finishes the redirects in progress, then disconnects: the runtime starts a Pod without a plugin that went away.
   */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#notReady = 'shutting down';
    clearInterval(this.#timer);
    await this.redirects.idle();
    await setImmediate(); // the answers are on their way
    if (this.#connection === undefined) this.#abort.abort();
    this.#connection?.close();
  }

  async #connect(): Promise<void> {
    const { nriSocket, nriIndex } = this.options;
    const identity = { name: PLUGIN_NAME, index: nriIndex };
    this.#tried = socketAt(nriSocket);
    this.#abort = new AbortController(); // one for each attempt: Node keeps the listeners of those that failed
    const connection = await connectPlugin(nriSocket, identity, this.#events(), this.#abort.signal);
    this.#connection = connection;
    this.#lost((await connection.closed) ?? new Error('the container runtime closed the connection'));
  }

  /** The handlers for one connection. */
  #events(): PluginEvents {
    const apply = async (pod: PodSandbox, timeoutMs: number) => {
      const sandbox = sandboxOf(pod);
      if (sandbox !== undefined) await this.redirects.apply(sandbox, ownDeadline(timeoutMs));
    };
    return {
      configured: (runtime) => {
        this.#notReady = 'waiting for the Pods of the container runtime';
        this.metrics.connected.set(1);
        this.metrics.connections.inc();
        this.logger.info({ runtime, socket: this.options.nriSocket }, 'Connected to the container runtime');
      },
      synchronize: (pods, timeoutMs) => this.#synchronize(pods, timeoutMs),
      runPodSandbox: apply,
      createContainer: apply,
      podEnded: (id) => this.redirects.forget(id),
    };
  }

  /** Resolves before the runtime's deadline. What is left continues in the background. */
  async #synchronize(pods: readonly PodSandbox[], timeoutMs: number): Promise<void> {
    const connection = this.#connections;
    const sandboxes = pods.map(sandboxOf).filter((sandbox): sandbox is Sandbox => sandbox !== undefined);
    const done = this.redirects.applyAll(sandboxes).then((isCurrent) => {
      if (this.#isStopped || !isCurrent || connection !== this.#connections) return;
      this.#notReady = undefined;
      this.#lastError = undefined;
      this.#pauseMs = PAUSE_MS.first;
      this.logger.info({ pods: pods.length, redirected: this.redirects.count }, 'Synchronized');
    });
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ownDeadline(timeoutMs));
    });
    await Promise.race([done, deadline]);
    clearTimeout(timer);
  }

  /** Connects again. Logs a repeated error once. */
  #lost(error: Error): void {
    this.#connection = undefined;
    this.#connections += 1;
    this.metrics.connected.set(0);
    if (this.#isStopped) return;
    this.#notReady = 'not connected to the container runtime';
    if (error.message !== this.#lastError) {
      this.logger.warn({ error: error.message }, 'Not connected to the container runtime; connecting again');
    }
    this.#lastError = error.message;
    this.#startLater();
  }

  /** Starts again after a pause, or as soon as the runtime has a new socket. */
  #startLater(): void {
    const end = performance.now() + this.#pauseMs;
    this.#pauseMs = Math.min(this.#pauseMs * 2, PAUSE_MS.longest);
    this.#timer = setInterval(() => {
      const current = socketAt(this.options.nriSocket);
      const isNew = current !== undefined && current !== this.#tried;
      if (!isNew && performance.now() < end) return;
      if (isNew) this.#pauseMs = PAUSE_MS.first;
      clearInterval(this.#timer);
      this.start();
    }, LOOK_MS);
  }
}

/** What tells the socket at a path from one that was there before; undefined if there is none. */
function socketAt(path: string): string | undefined {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat && `${stat.ino} ${stat.ctimeNs}`;
  } catch {
    return undefined; // connecting says why
  }
}

function ownDeadline(timeoutMs: number): number {
  return timeoutMs === 0 ? MAX_APPLY_MS : Math.min(MAX_APPLY_MS, timeoutMs * SHARE_OF_DEADLINE);
}
