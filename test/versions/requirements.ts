import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';
import { compareVersions } from '../../tools/release/version.js';
import { missingCommands } from '../support/containers/requirements.js';

/** The folder of the API servers that `tools/install/api-servers.sh` builds: a file for each version. */
const FOLDER = join(ROOT, '.tools', 'api-servers');

export interface ApiServerBinary {
  /** Such as `1.35.4`. */
  readonly version: string;
  readonly path: string;
}

/** The API servers that are installed, the oldest first. */
export function installedApiServers(): ApiServerBinary[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .map((name) => ({ version: name.replace(/^v/, ''), path: join(FOLDER, name) }))
    .sort((a, b) => compareVersions(a.version, b.version));
}

/** Why the suite cannot run here, and what helps; undefined if it can run. */
export function missingForVersions(): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root, for network namespaces';
  const isStale = ['helm.sh', 'kubernetes.sh'].some(
    (script) => spawnSync(join(ROOT, 'tools', 'install', script), ['--check']).status !== 0,
  );
  if (isStale || missingCommands('ip', 'nsenter', 'unshare').length > 0)
    return 'it needs etcd, kubectl, and Helm: npm run tools';
  return installedApiServers().length > 0
    ? undefined
    : 'it needs API servers: tools/install/api-servers.sh, which takes minutes for each';
}
