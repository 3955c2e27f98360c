import type { Logger } from 'pino';
import { parseRedirect } from '../../core/redirect/redirect-annotation.js';
import { nodeRulesetOf } from '../../core/redirect/ruleset.js';
import type { AgentMetrics } from '../agent-metrics.js';
import { runInNetns } from './run-in-netns.js';
import { netnsOf, type Sandbox } from './sandbox.js';

/** How many sandboxes to work on at a time after the runtime listed all. The work is mostly that of the kernel. */
const PARALLEL = 8;

/** The longest that applying a redirect may take: the runtime waits 2 s for a plugin, and goes on without it. */
export const MAX_APPLY_MS = 1500;

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
  #queue: Sandbox[] = [];

  constructor(
    private readonly paths: RedirectPaths,
    private readonly logger: Logger,
    private readonly metrics: AgentMetrics,
  ) {}

  /** How many sandboxes it remembers. */
  get count(): number {
    return this.#settled.size;
  }

  /** Resolves once no work is left, whatever came of it. */
  async idle(): Promise<void> {
    while (this.#working.size > 0) {
      await Promise.allSettled([...this.#working.values()].flatMap(({ done, ended }) => [done, ended]));
    }
  }

  /**
   * Applies the redirect of a sandbox, unless it has it. Rejects with an error for the one who created the Pod; then
   * the next call tries again.
   */
  apply(sandbox: Sandbox, timeoutMs = MAX_APPLY_MS): Promise<void> {
    if (this.#settled.has(sandbox.id)) return Promise.resolve();
    return (this.#working.get(sandbox.id) ?? this.#start(sandbox, timeoutMs)).done;
  }

  /**
   * Applies the redirects of all sandboxes that the runtime has, and forgets all others. Resolves once each was tried;
   * failures are logged.
   */
  async applyAll(sandboxes: readonly Sandbox[]): Promise<void> {
    const ids = new Set(sandboxes.map(({ id }) => id));
    this.#settled.clear();
    for (const [id, work] of this.#working) work.isWanted = ids.has(id);
    const queue = sandboxes.filter((sandbox) => this.#isRunning(sandbox));
    this.#queue = queue;
    const workers = Array.from({ length: PARALLEL }, async () => {
      while (queue === this.#queue) {
        const next = queue.shift();
        if (next === undefined) return;
        await this.apply(next).catch(() => {}); // logged
      }
    });
    await Promise.all(workers);
  }

  /** Forgets a sandbox that ended. */
  forget(id: string): void {
    this.#settled.delete(id);
    const work = this.#working.get(id);
    if (work !== undefined) work.isWanted = false;
  }

  #isRunning(sandbox: Sandbox): boolean {
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
      if (netns === 'ended') throw new Error('network namespace: expected a file, got none');
      if (netns === 'host network') {
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
      const reason = `Pod ${namespace}/${pod}: no redirect: ${(error as Error).message}`;
      this.metrics.redirects.inc({ result: 'failed' });
      this.logger.error({ ...logged, error: reason }, 'Failed to redirect a Pod');
      throw new Error(reason);
    }
  }
}
