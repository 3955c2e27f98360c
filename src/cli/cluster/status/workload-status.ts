import type { ObjectReference } from '../owners.js';
import type { PodState } from './pod-state.js';

/** The number of Pods for each text. */
export type Counts = { readonly [text: string]: number };

/** The Pods of a workload, counted. Printed by `-o json`, so its keys are a public interface. */
export interface WorkloadStatus extends ObjectReference {
  /** The Pods that are not finished. */
  readonly pods: number;
  /** The Pods that have finished, or are being deleted. */
  readonly finished: number;
  readonly injected: number;
  /** The Pods without a proxy, by reason. */
  readonly skipped: Counts;
  /** The Pods without a record that the webhook would be called for now, by what it would decide. */
  readonly neverAsked: Counts;
  readonly notSelected: number;
  readonly unknown: number;
  /** The Pods that differ from what would be injected now, and how many for each difference. */
  readonly stale: { readonly pods: number; readonly differences: Counts };
  readonly proxy: { readonly ready: number; readonly restarts: number; readonly problems: Counts };
  /** What the proxies of the injected Pods come from. */
  readonly configHashes: Counts;
  readonly versions: Counts;
  readonly images: Counts;
}

/** Counts Pods one at a time, so that none has to stay in memory. */
export class Tally {
  readonly #numbers = { pods: 0, finished: 0, injected: 0, notSelected: 0, unknown: 0 };
  readonly #stale = { pods: 0, differences: {} as Record<string, number> };
  readonly #proxy = { ready: 0, restarts: 0, problems: {} as Record<string, number> };
  readonly #counts: { readonly [name: string]: Record<string, number> } = {
    skipped: {},
    neverAsked: {},
    configHashes: {},
    versions: {},
    images: {},
  };

  addFinished(): void {
    this.#numbers.finished += 1;
  }

  add(pod: PodState): void {
    this.#numbers.pods += 1;
    if (pod.state === 'skipped' || pod.state === 'neverAsked') count(this.#counts[pod.state], pod.reason);
    else this.#numbers[pod.state] += 1;
    if ('stale' in pod && pod.stale.length > 0) {
      this.#stale.pods += 1;
      for (const difference of pod.stale) count(this.#stale.differences, difference);
    }
    if (pod.state !== 'injected') return;
    const { proxy, configHash, version, image } = pod;
    this.#proxy.ready += Number(proxy.isReady);
    this.#proxy.restarts += proxy.restarts;
    if (proxy.problem !== undefined) count(this.#proxy.problems, proxy.problem);
    count(this.#counts.configHashes, configHash);
    count(this.#counts.versions, version);
    count(this.#counts.images, image);
  }

  /** Adds what another tally has counted. */
  merge(other: Tally): void {
    sum(this.#numbers, other.#numbers);
    this.#stale.pods += other.#stale.pods;
    sum(this.#stale.differences, other.#stale.differences);
    this.#proxy.ready += other.#proxy.ready;
    this.#proxy.restarts += other.#proxy.restarts;
    sum(this.#proxy.problems, other.#proxy.problems);
    for (const [name, counts] of Object.entries(other.#counts)) sum(this.#counts[name] ?? {}, counts);
  }

  status({ namespace, kind, name }: ObjectReference): WorkloadStatus {
    const { skipped = {}, neverAsked = {}, configHashes = {}, versions = {}, images = {} } = this.#counts;
    const { pods, finished, injected, notSelected, unknown } = this.#numbers;
    return {
      namespace,
      kind,
      name,
      pods,
      finished,
      injected,
      skipped,
      neverAsked,
      notSelected,
      unknown,
      stale: this.#stale,
      proxy: this.#proxy,
      configHashes,
      versions,
      images,
    };
  }
}

function count(counts: Record<string, number> | undefined, text: string): void {
  if (counts) sum(counts, { [text]: 1 });
}

function sum(counts: Record<string, number>, others: Counts): void {
  for (const [text, number] of Object.entries(others)) {
    counts[text] = (Object.hasOwn(counts, text) ? Number(counts[text]) : 0) + number;
  }
}
