import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';

/** The binaries that `npm run tools` builds. */
export const PROMTOOL = join(ROOT, '.tools', 'bin', 'promtool');
export const PROMETHEUS = join(ROOT, '.tools', 'bin', 'prometheus');
export const OTLP_RECEIVER = join(ROOT, '.tools', 'bin', 'otlp-receiver');

/** Why the suite cannot run here, and the command that helps; undefined if it can run. */
export function missingForMonitoring(): string | undefined {
  const isCurrent = ['prometheus', 'otlp-receiver'].every(
    (tool) => spawnSync(join(ROOT, 'tools', 'install', `${tool}.sh`), ['--check']).status === 0,
  );
  return isCurrent ? undefined : 'it needs Prometheus, promtool, and an OTLP receiver: npm run tools';
}
