import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';
import { HELMS } from '../chart/chart.js';
import { missingCommands, missingFiles } from '../support/containers/requirements.js';
import { tool } from './local-cluster/tools.js';

const TOOLS = join(ROOT, 'tools', 'install');
/** The scripts that install what a local cluster needs. */
const SCRIPTS = [
  ['helm.sh'],
  ['kubernetes.sh'],
  ['cert-manager.sh'],
  ['prometheus.sh'],
  ['peer.sh'],
  ['envoy.sh'],
  ['image.sh', 'injector'],
  ['image.sh', 'agent'],
  ['image.sh', 'proxy-init'],
];

/** The kubeconfig of a cluster to run against instead of starting one: `KUBECONFIG=FILE npm run test:cluster`. */
export const EXTERNAL_KUBECONFIG = process.env.TEST_KUBECONFIG || undefined;

/** Why the suite cannot run here and what to do about it, as one sentence; undefined if it can. */
export function missingForCluster(): string | undefined {
  if (EXTERNAL_KUBECONFIG !== undefined) {
    const missing = missingFiles(...['kubectl', ...HELMS].map(tool));
    return missing.length === 0 ? undefined : `it needs ${missing.join(', ')}: add links to your own`;
  }
  if (process.platform !== 'linux')
    return 'its node needs Linux: KUBECONFIG=FILE npm run test:cluster uses another cluster';
  if (process.getuid?.() !== 0)
    return 'its node needs root: run it as root; KUBECONFIG=FILE npm run test:cluster uses another cluster';
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
