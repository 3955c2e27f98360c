import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { parseRedirect, RedirectError } from '../../core/redirect/redirect-annotation.js';
import { nodeRulesetOf } from '../../core/redirect/ruleset.js';
import type { AgentMetrics } from '../agent-metrics.js';
import { runInNetns } from './run-in-netns.js';
import { netnsOf, type Sandbox } from './sandbox.js';

/** How many sandboxes to work on at a time after the runtime listed all. The work is mostly that of the kernel. */
const PARALLEL = 8;

/** The longest that applying a redirect may take: the runtime waits 2 s for a plugin, and goes on without it. */
export const MAX_APPLY_MS = 1500;

/** The same for a retry: nothing waits for it, so it may take longer. */
const RETRY_APPLY_MS = 10_000;

/** The pause before a retry, which doubles. */
const RETRY_PAUSE_MS = { first: 1000, longest: 30_000 };

/** How much of an error the runtime and the kubelet get. They repeat it in each Event. */
const MAX_REASON_CHARACTERS = 1000;

/** Where things are on the node. */
export interface RedirectPaths {
  /** The directory of network namespaces. */
  readonly netnsDirectory: string;
  /** The runner of the init container. */
  readonly proxyInit: string;
}

interface Work {
  /** Settles with the result. */
  done: Promise<void>;
  /** Resolves once no process is left. */
  ended: Promise<void>;
  /** Whether the runtime still has the sandbox. */
  isWanted: boolean;
}

/** The redirects on this node: applies each once, and never two at a time in one sandbox. */
export class Redirects {
  /** Sandboxes that have their redirect, or need none. */
  readonly #settled = new Set<string>();
  readonly #working = new Map<string, Work>();
  /** What is left of the sandboxes that the runtime listed last, by ID. */
  #listed = new Map<string, Sandbox>();

  constructor(
    private readonly paths: RedirectPaths,
    private readonly logger: Logger,
    private readonly metrics: AgentMetrics,
  ) {}

  /** How many sandboxes it remembers. */
  get count(): number {
    return this.#settled.size;
  }

  /** Resolves once no work is left, successful or not. */
  async idle(): Promise<void> {
    this.#listed = new Map();
    while (this.#working.size > 0) {
      await Promise.allSettled([...this.#working.values()].flatMap(({ done, ended }) => [done, ended]));
    }
  }

  /**
   * Applies the redirect of a sandbox, unless it has it. Rejects with an error for the Pod's owner; the next
   * call then tries again.
   */
  apply(sandbox: Sandbox, timeoutMs = MAX_APPLY_MS): Promise<void> {
    if (this.#settled.has(sandbox.id)) return Promise.resolve();
    const { done } = this.#working.get(sandbox.id) ?? this.#start(sandbox, timeoutMs);
    return within(timeoutMs, done);
  }

  /**
   * Applies the redirects of all sandboxes that the runtime has, and forgets all others. Resolves once each was tried:
   * to false if a later call took over. What failed is logged and tried again, with growing pauses, until the sandbox
   * ends: if the validator of its Pod already runs, the runtime does not ask again.
   */
  async applyAll(sandboxes: readonly Sandbox[]): Promise<boolean> {
    const ids = new Set(sandboxes.map(({ id }) => id));
    this.#settled.clear();
    for (const [id, work] of this.#working) work.isWanted = ids.has(id);
    const listed = new Map(sandboxes.map((sandbox) => [sandbox.id, sandbox]));
    this.#listed = listed;
    await this.#applyListed(listed, MAX_APPLY_MS);
    this.#retry(listed, RETRY_PAUSE_MS.first).catch(() => {}); // logged
    return listed === this.#listed;
  }

  /** Forgets a sandbox that ended. */
  forget(id: string): void {
    this.#settled.delete(id);
    this.#listed.delete(id);
    const work = this.#working.get(id);
    if (work !== undefined) work.isWanted = false;
  }

  async #retry(listed: Map<string, Sandbox>, pauseMs: number): Promise<void> {
    if (listed.size === 0 || listed !== this.#listed) return;
    await setTimeout(pauseMs, undefined, { ref: false });
    await this.#applyListed(listed, RETRY_APPLY_MS);
    await this.#retry(listed, Math.min(pauseMs * 2, RETRY_PAUSE_MS.longest));
  }

  /** Tries each of the listed sandboxes once, while the list is current, and removes those that need no other try. */
  async #applyListed(listed: Map<string, Sandbox>, timeoutMs: number): Promise<void> {
    const queue = [...listed.values()];
    const workers = Array.from({ length: PARALLEL }, async () => {
      while (listed === this.#listed) {
        const next = queue.shift();
        if (next === undefined) return;
        const isLeft = listed.has(next.id) && this.#isRunning(next);
        if (!isLeft || (await this.#isDone(next, timeoutMs))) listed.delete(next.id);
      }
    });
    await Promise.all(workers);
  }

  /** Applies a redirect, and returns whether it needs no other try. */
  async #isDone(sandbox: Sandbox, timeoutMs: number): Promise<boolean> {
    try {
      await this.apply(sandbox, timeoutMs);
      return true;
    } catch (error) {
      return (error as Error).cause instanceof RedirectError; // logged
    }
  }

  /** Before containerd 2.1, a sandbox that ended has no namespaces at all. */
  #isRunning(sandbox: Sandbox): boolean {
    if (sandbox.namespaces.length === 0) return false;
    try {
      return typeof netnsOf(sandbox, this.paths.netnsDirectory) === 'object';
    } catch {
      return true; // to log why it gets no redirect
    }
  }

  #start(sandbox: Sandbox, timeoutMs: number): Work {
    const work: Work = { done: Promise.resolve(), ended: Promise.resolve(), isWanted: true };
    work.done = this.#attempt(sandbox, timeoutMs, work);
    this.#working.set(sandbox.id, work);
    const finished = () => work.ended.then(() => this.#working.delete(sandbox.id));
    work.done.then(finished, finished);
    return work;
  }

  async #attempt(sandbox: Sandbox, timeoutMs: number, work: Work): Promise<void> {
    const { id, namespace, pod } = sandbox;
    const start = performance.now();
    const logged = { namespace, pod, sandbox: id };
    try {
      const netns = netnsOf(sandbox, this.paths.netnsDirectory);
      if (netns === 'ended') {
        throw new Error('network namespace: expected a file, got none');
      } else if (netns === 'host network') {
        this.metrics.redirects.inc({ result: 'skipped' });
        this.logger.info(logged, 'Skipped a Pod on the host network');
      } else {
        const rules = nodeRulesetOf(parseRedirect(sandbox.redirect));
        const run = runInNetns(this.paths.proxyInit, netns.path, rules, timeoutMs);
        work.ended = run.ended;
        const output = await run.result;
        const seconds = (performance.now() - start) / 1000;
        this.metrics.duration.observe(seconds);
        this.metrics.redirects.inc({ result: 'applied' });
        this.logger.info({ ...logged, durationMs: Math.round(seconds * 1000), output }, 'Redirected a Pod');
      }
      if (work.isWanted) this.#settled.add(id);
    } catch (error) {
      const text = `Pod ${namespace}/${pod}: no redirect: ${(error as Error).message}`;
      const reason = text.slice(0, MAX_REASON_CHARACTERS);
      this.metrics.redirects.inc({ result: error instanceof RedirectError ? 'invalid' : 'failed' });
      this.logger.error({ ...logged, error: reason }, 'Failed to redirect a Pod');
      throw new Error(reason, { cause: error });
    }
  }
}

/** Rejects if work is not done in time, such as work that another call started with more time. */
async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController();
  const late = setTimeout(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`expected the redirect within ${Math.round(timeoutMs)} ms, got no result`);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    late.catch(() => {});
    timer.abort();
  }
}
