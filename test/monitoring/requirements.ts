import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';

/** The binaries that `npm run tools` builds. */
export const PROMTOOL = join(ROOT, '.tools', 'bin', 'promtool');
export const PROMETHEUS = join(ROOT, '.tools', 'bin', 'prometheus');

/** Why the suite cannot run here, and the command that helps; undefined if it can run. */
export function missingForMonitoring(): string | undefined {
  const { status } = spawnSync(join(ROOT, 'tools', 'install', 'prometheus.sh'), ['--check']);
  return status === 0 ? undefined : 'it needs Prometheus and promtool: npm run tools';
}
