import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { missingCommands } from '../containers/requirements.js';

const TOOLS = join(import.meta.dirname, '..', '..', '..', 'test', 'tools');
/** What makes the commands that the tests run. */
const COMMANDS = [['helm.sh'], ['kubernetes.sh'], ['prometheus.sh']];
/** What makes the rest of a cluster of ours. */
const PARTS = [['cert-manager.sh'], ['peer.sh'], ['image.sh', 'injector'], ['image.sh', 'proxy-init']];

/** Whether the suite is to use a cluster that is there: `KUBECONFIG=FILE npm run test:cluster`, and never without being asked by name. */
export const OF_OTHERS =
  process.env.npm_lifecycle_event === 'test:cluster' ? process.env.KUBECONFIG : undefined;

/** What keeps the suite from running here and what to do about it, as one sentence; undefined if nothing does. */
export function missingForCluster(): string | undefined {
  const isOurs = OF_OTHERS === undefined;
  if (isOurs && process.platform !== 'linux')
    return 'its node is Linux: name another cluster with KUBECONFIG';
  if (isOurs && process.getuid?.() !== 0)
    return 'a node runs as root: be root, or name another cluster with KUBECONFIG';
  const scripts = [...COMMANDS, ...(isOurs ? PARTS : [])].filter(
    ([script = '', ...args]) => spawnSync(join(TOOLS, script), [...args, '--check']).status !== 0,
  );
  const missing = [
    ...(isOurs ? missingCommands('runc', 'ip', 'nsenter', 'setpriv', 'unshare') : []),
    ...scripts.map((words) => `a current ${words.join(' ')}`),
  ];
  return missing.length === 0
    ? undefined
    : `it needs ${missing.join(', ')}: npm run tools (on Debian, as root)`;
}
