import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';

/** The programs of Prometheus, as `npm run tools` builds them. */
export const PROMTOOL = join(ROOT, '.tools', 'bin', 'promtool');
export const PROMETHEUS = join(ROOT, '.tools', 'bin', 'prometheus');

/** What keeps the suite from running here and what to do about it, as one sentence; undefined if nothing does. */
export function missingForMonitoring(): string | undefined {
  const { status } = spawnSync(join(ROOT, 'tools', 'install', 'prometheus.sh'), ['--check']);
  return status === 0 ? undefined : 'it needs Prometheus and promtool: npm run tools';
}
