import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';

const TOOLS = join(ROOT, 'tools', 'install');

/** Why the suite cannot run here, and the command that helps; undefined if it can run. */
export function missingForChart(): string | undefined {
  const scripts = ['helm', 'kube-check'];
  const missing = scripts.filter((name) => spawnSync(join(TOOLS, `${name}.sh`), ['--check']).status !== 0);
  return missing.length === 0 ? undefined : `it needs a current ${missing.join(' and ')}: npm run tools`;
}
