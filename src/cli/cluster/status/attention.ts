import { plain } from '../../output/plain.js';
import type { Counts, WorkloadStatus } from './workload-status.js';

/** A remark on a workload. */
export interface Note {
  readonly tone: 'good' | 'notice' | 'bad' | 'quiet';
  readonly text: string;
}

/**
 * What to say about a workload, the most urgent first; at least one. `isCompared` unless it is unknown what would be
 * injected now.
 */
export function notesOn(workload: WorkloadStatus, isCompared: boolean): readonly [Note, ...Note[]] {
  const { pods, finished, injected, proxy, neverAsked, stale, skipped, notSelected, unknown } = workload;
  const starting = injected - proxy.ready - totalOf(proxy.problems);
  const [first, ...others]: Note[] = [
    ...listed(proxy.problems, 'bad', (text) => text),
    ...listed(neverAsked, 'notice', (reason) =>
      reason === 'injected' ? 'never asked, would be injected' : `never asked: ${reason}`,
    ),
    ...(stale.pods === 0
      ? []
      : [
          {
            tone: 'notice' as const,
            text: `${stale.pods} stale: ${Object.keys(stale.differences).join(', ')}`,
          },
        ]),
    ...(starting > 0 ? [{ tone: 'notice' as const, text: `${starting} starting` }] : []),
    ...listed(skipped, 'quiet', (reason) => `skipped: ${reason}`),
    ...(unknown > 0 ? [{ tone: 'quiet' as const, text: `${unknown} without a record` }] : []),
    ...(notSelected > 0 ? [{ tone: 'quiet' as const, text: `${notSelected} not selected` }] : []),
  ];
  if (first !== undefined) return [first, ...others];
  if (pods > 0) return [{ tone: 'good', text: isCompared ? 'current' : 'injected' }];
  return [{ tone: 'quiet', text: finished > 0 ? `${finished} finished` : 'no Pods' }];
}

/** The more attention a workload needs, the greater the number. */
export function urgency(workload: WorkloadStatus): number {
  const [{ tone, text }] = notesOn(workload, true);
  const isUnselected = workload.notSelected + workload.unknown === workload.pods;
  if (tone === 'quiet') return isUnselected ? 0 : 2;
  return { good: 1, notice: text.includes('never asked') ? 4 : 3, bad: 5 }[tone];
}

/** Sorts workloads: first those that need attention, then by namespace and name. */
export function byUrgency(one: WorkloadStatus, other: WorkloadStatus): number {
  return (
    urgency(other) - urgency(one) ||
    one.namespace.localeCompare(other.namespace, 'en') ||
    one.name.localeCompare(other.name, 'en') ||
    one.kind.localeCompare(other.kind, 'en')
  );
}

function listed(counts: Counts, tone: Note['tone'], textOf: (text: string) => string): Note[] {
  return Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .map(([text, number]) => ({ tone, text: `${number} ${textOf(plain(text))}` }));
}

function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((total, number) => total + number, 0);
}
