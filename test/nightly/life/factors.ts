import { coveringPairs, type RowOf } from './pairs.js';

/** What the rows combine. */
export const FACTORS = {
  proxy: ['stand-in', 'preset envoy'],
  mode: ['container', 'native'],
  workload: ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'],
  probes: ['none', 'httpGet', 'tcpSocket', 'grpc', 'exec'],
  pod: [
    'plain',
    'runAsNonRoot',
    'readOnlyRootFilesystem',
    'hostUsers: false',
    'Pod-level resources',
    'shareProcessNamespace',
    'native sidecar',
    'init container with network',
  ],
} as const;

/** One value of each factor: a Pod whose life is tested. */
export type Row = RowOf<typeof FACTORS>;

/** A combination that no row has. */
export interface Exclusion {
  readonly values: Partial<Row>;
  /** A sentence. */
  readonly why: string;
}

const NEVER_COMPLETES = 'In container mode, the proxy keeps running after the app, so a Job never completes.';

export const EXCLUSIONS: readonly Exclusion[] = [
  { values: { mode: 'container', workload: 'Job' }, why: NEVER_COMPLETES },
  { values: { mode: 'container', workload: 'CronJob' }, why: NEVER_COMPLETES },
];

/** Covers every allowed pair of values. */
export const ROWS: readonly Row[] = coveringPairs(
  FACTORS,
  (row) => !EXCLUSIONS.some(({ values }) => has(row, values)),
);

/** Whether a row has all of these values. */
export function has(row: Row, values: Partial<Row>): boolean {
  return Object.entries(values).every(([factor, value]) => row[factor as keyof Row] === value);
}
