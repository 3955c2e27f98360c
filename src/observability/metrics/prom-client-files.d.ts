// Types for files that prom-client ships without types.
declare module 'prom-client/lib/metrics/*.js' {
  import type { Registry } from 'prom-client';

  /** Registers one metric, or a group of metrics. */
  const collect: (registry: Registry) => void;
  export default collect;
}
