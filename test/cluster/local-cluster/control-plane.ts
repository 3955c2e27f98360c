import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import type { CertificateAuthority } from './certificate-authority.js';
import { Daemon } from './daemon.js';
import type { Sandbox } from './sandbox.js';
import { tool } from './tools.js';

export const SERVICE_NETWORK = '10.96.0.0/16';
/** The IP address of the Service `kubernetes`. */
const KUBERNETES = '10.96.0.1';

/** Logs each creation and change of a Pod, with the annotations of webhooks. */
const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    {
      level: 'Metadata',
      verbs: ['create', 'update', 'patch'],
      resources: [
        { group: '', resources: ['pods', 'pods/ephemeralcontainers'] },
        { group: 'apps', resources: ['deployments'] },
      ],
    },
    { level: 'None' },
  ],
};

/** Starts etcd, the API server, the controllers, and the scheduler; returns an administrator's kubeconfig. */
export async function startControlPlane(authority: CertificateAuthority, address: string): Promise<string> {
  const { sandbox } = authority;
  const { kubeconfig, accounts } = await startApiServer(authority, address);
  await Promise.all([
    start(sandbox, 'kube-controller-manager', {
      kubeconfig,
      'leader-elect': false,
      'root-ca-file': authority.file,
      'service-account-private-key-file': accounts.private,
      'cluster-cidr': '10.88.0.0/16',
      'allocate-node-cidrs': false,
    }),
    start(sandbox, 'kube-scheduler', { kubeconfig, 'leader-elect': false }),
  ]);
  return kubeconfig;
}

interface ApiServerOptions {
  readonly binary?: string;
  /** More flags, or other values of them. */
  readonly flags?: object;
}

/**
 * Starts etcd and an API server. When it is ready, resolves with the path of an administrator's kubeconfig, and with
 * the keys that sign the tokens of ServiceAccounts.
 */
export async function startApiServer(
  authority: CertificateAuthority,
  address: string,
  { binary = tool('kube-apiserver'), flags = {} }: ApiServerOptions = {},
) {
  const { sandbox } = authority;
  const server = `https://${address}:6443`;
  await start(sandbox, 'etcd', {
    'data-dir': sandbox.path('etcd'),
    'unsafe-no-fsync': true,
    'listen-client-urls': 'http://127.0.0.1:2379',
    'advertise-client-urls': 'http://127.0.0.1:2379',
    'listen-peer-urls': 'http://127.0.0.1:2380',
    'log-level': 'warn',
  });
  const serving = await authority.issue('kube-apiserver', {
    commonName: 'kube-apiserver',
    hosts: [address, KUBERNETES, 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
  });
  const kubelet = await authority.issue('kube-apiserver-kubelet-client', {
    commonName: 'kube-apiserver-kubelet-client',
    organization: 'system:masters',
  });
  const accounts = authority.serviceAccountKey();
  const own = {
    'etcd-servers': 'http://127.0.0.1:2379',
    'bind-address': '0.0.0.0',
    'advertise-address': address,
    'tls-cert-file': serving.cert,
    'tls-private-key-file': serving.key,
    'client-ca-file': authority.file,
    'kubelet-client-certificate': kubelet.cert,
    'kubelet-client-key': kubelet.key,
    'kubelet-preferred-address-types': 'InternalIP',
    'authorization-mode': 'Node,RBAC',
    'allow-privileged': true,
    'service-cluster-ip-range': SERVICE_NETWORK,
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': accounts.public,
    'service-account-signing-key-file': accounts.private,
    'audit-policy-file': sandbox.write('audit-policy.json', JSON.stringify(AUDIT_POLICY)),
    'audit-log-path': sandbox.path('logs', 'audit.log'),
  };
  await start(sandbox, 'kube-apiserver', { ...own, ...flags }, binary);
  const kubeconfig = await authority.kubeconfig('admin', server, {
    commonName: 'admin',
    organization: 'system:masters',
  });
  await new Daemon(sandbox, 'kube-apiserver').until(() => isReady(server, authority.file));
  return { kubeconfig, accounts };
}

/** Starts a daemon with flags. */
function start(sandbox: Sandbox, name: string, flags: object, binary = tool(name)): Promise<void> {
  return new Daemon(sandbox, name).run(binary, ...asFlags(flags));
}

/** Whether an API server is ready; rejects if it does not answer. */
export function isReady(server: string, authority: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const options = { ca: readFileSync(authority), timeout: 1000 };
    request(`${server}/readyz`, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on('timeout', reject)
      .on('error', reject)
      .end();
  });
}

function asFlags(flags: object): string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}
