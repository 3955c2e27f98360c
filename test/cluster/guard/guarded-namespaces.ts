import type { Cluster } from '../cluster.js';
import { ACTIONS, guarded } from './verdict.js';

/** Opted-in namespaces, one for each action, and some without: `none` has no label, and `unknown` another value. */
export class GuardedNamespaces {
  readonly #names = new Map<string, string>();

  constructor(readonly cluster: Cluster) {}

  /** Creates two for each action: one of them is annotated `proxy-injection: disabled`. */
  async create(): Promise<void> {
    for (const action of [...ACTIONS, 'none', 'unknown']) {
      const labels = guarded(action === 'none' ? undefined : action);
      const annotations = { 'proxy-injection': 'disabled' };
      this.#names.set(action, await this.cluster.namespace(`guard-${action}`, { labels }));
      const disabled = await this.cluster.namespace(`guard-${action}`, { labels, annotations });
      this.#names.set(`${action}-disabled`, disabled);
    }
  }

  /** The name of the namespace with an action, for a Pod with a reason. */
  of(action: string, reason?: string): string {
    return this.#names.get(reason === 'namespace-disabled' ? `${action}-disabled` : action) ?? '';
  }

  /** Another namespace to delete in the end. */
  add(name: string): void {
    this.#names.set(name, name);
  }

  async delete(): Promise<void> {
    await this.cluster.deleteNamespaces(...this.#names.values());
  }
}
