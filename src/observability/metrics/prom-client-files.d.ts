// Types for files that prom-client publishes without any.
declare module 'prom-client/lib/metrics/*.js' {
  import type { Registry } from 'prom-client';

  /** Registers the metric, or several that belong together. */
  const collect: (registry: Registry) => void;
  export default collect;
}
