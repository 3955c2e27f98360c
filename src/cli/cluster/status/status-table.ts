import type { Paint } from '../../io.js';
import { alignColumns } from '../../output/columns.js';
import { plain } from '../../output/plain.js';
import { referenceText } from '../owners.js';
import { notesOn } from './attention.js';
import type { Counts, WorkloadStatus } from './workload-status.js';

/** How a table shows workloads. */
export interface TableOptions {
  readonly showsNamespace: boolean;
  readonly isWide: boolean;
  /** Whether it is known what would be injected now. */
  readonly isCompared: boolean;
}

const COLORS = { good: 'green', notice: 'yellow', bad: 'red', quiet: 'dim' } as const;

/** The rows of a table of workloads, with its header; the last column is not padded. */
export function statusTable(
  workloads: readonly WorkloadStatus[],
  options: TableOptions,
  paint: Paint,
): string[] {
  const header = cells(
    options,
    ['NAMESPACE'],
    ['WORKLOAD', 'PODS', 'INJECTED', 'PROXY', 'RESTARTS'],
    ['CONFIGURATION', 'VERSION', 'IMAGE'],
  );
  const rows = workloads.map((workload) => {
    const { namespace, pods, injected, proxy, configHashes, versions, images } = workload;
    const notes = notesOn(workload, options.isCompared).map(({ tone, text }) => paint(COLORS[tone], text));
    const isProxied = injected > 0;
    return [
      ...cells(
        options,
        [namespace],
        [
          referenceText(workload),
          String(pods),
          String(injected),
          isProxied ? `${proxy.ready}/${injected}` : '-',
          isProxied ? String(proxy.restarts) : '-',
        ],
        [configHashes, versions, images].map(listText),
      ),
      notes.join(', '),
    ];
  });
  return alignColumns([[...header, 'STATUS'], ...rows]).map((row) => row.join('   '));
}

function cells(
  { showsNamespace, isWide }: TableOptions,
  namespace: readonly string[],
  usual: readonly string[],
  wide: readonly string[],
): string[] {
  return [...(showsNamespace ? namespace : []), ...usual, ...(isWide ? wide : [])];
}

function listText(counts: Counts): string {
  return Object.keys(counts).map(plain).join(',') || '-';
}
