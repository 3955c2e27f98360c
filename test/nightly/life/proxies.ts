import { PROXY_NAME } from '../../../src/core/pod/container-names.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { VALUES } from '../../cluster/values.js';
import type { Row } from './factors.js';
import { PORTS } from './workloads.js';

/** Values of the chart, and the rows that run with them. */
interface Configuration {
  readonly rows: Partial<Row>;
  readonly values: object;
}

/** One after the other. The image and the hooks of the preset follow `proxy.mode`. */
export const CONFIGURATIONS: readonly Configuration[] = [
  { rows: { proxy: 'stand-in' }, values: VALUES },
  ...(['native', 'container'] as const).map((mode) => ({
    rows: { proxy: 'preset envoy', mode } as const,
    values: { config: { proxy: { preset: 'envoy', mode } } },
  })),
];

/** The statistics of a proxy. */
interface Statistics {
  /** Where they are: what follows the Pod's path in the API. */
  readonly path: string;
  /** How many connections to the app they count. */
  readonly counted: (text: string, pod: KubernetesObject) => number;
}

export const STATISTICS: { readonly [proxy in Row['proxy']]: Statistics } = {
  // It logs a line for each connection.
  'stand-in': {
    path: `/log?container=${PROXY_NAME}`,
    counted: (log, { status }) =>
      log.split('\n').filter((line) => line.endsWith(` -> ${status.podIP}:${PORTS.http}`)).length,
  },
  'preset envoy': {
    path: ':5055/proxy/stats/prometheus',
    counted: (metrics) =>
      Number(/^envoy_tcp_downstream_cx_total\{envoy_tcp_prefix="inbound"\} (\d+)$/m.exec(metrics)?.[1]),
  },
};
