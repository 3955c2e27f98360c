import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';
import { HELMS } from '../chart/chart.js';
import { missingCommands, missingFiles } from '../support/containers/requirements.js';
import { tool } from './local-cluster/tools.js';

const TOOLS = join(ROOT, 'tools', 'install');
/** What makes a cluster of ours, and what runs in it. */
const SCRIPTS = [
  ['helm.sh'],
  ['kubernetes.sh'],
  ['cert-manager.sh'],
  ['prometheus.sh'],
  ['peer.sh'],
  ['image.sh', 'injector'],
  ['image.sh', 'proxy-init'],
];

/** The kubeconfig of a cluster to run against instead of starting one: `TEST_KUBECONFIG=FILE npm test -- cluster`. */
export const EXTERNAL_KUBECONFIG = process.env.TEST_KUBECONFIG;

/** What keeps the suite from running here and what to do about it, as one sentence; undefined if nothing does. */
export function missingForCluster(): string | undefined {
  if (EXTERNAL_KUBECONFIG !== undefined) {
    const missing = missingFiles(...['kubectl', ...HELMS].map(tool));
    return missing.length === 0 ? undefined : `it needs ${missing.join(', ')}: link yours`;
  }
  if (process.platform !== 'linux') return 'its node is Linux: name another cluster with TEST_KUBECONFIG';
  if (process.getuid?.() !== 0)
    return 'a node runs as root: be root, or name another cluster with TEST_KUBECONFIG';
  const stale = SCRIPTS.filter(
    ([script = '', ...args]) => spawnSync(join(TOOLS, script), [...args, '--check']).status !== 0,
  );
  const missing = [
    ...missingCommands('runc', 'ip', 'nsenter', 'setpriv', 'unshare', 'ss'),
    ...stale.map((words) => `a current ${words.join(' ')}`),
  ];
  return missing.length === 0
    ? undefined
    : `it needs ${missing.join(', ')}: npm run tools (on Debian, as root)`;
}
