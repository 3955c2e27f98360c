import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ROOT } from '../../../tools/checkout.js';
import { until } from '../../support/until.js';
import type { CertificateAuthority } from './certificate-authority.js';
import { SERVICE_NETWORK } from './control-plane.js';
import { ctr } from './ctr.js';
import { Daemon } from './daemon.js';
import type { Sandbox } from './sandbox.js';
import { tool } from './tools.js';

export const NODE = 'node-1';
/** The image of the sandbox container, which holds a Pod's namespaces. */
export const SANDBOX_IMAGE = 'localhost/pause:1';

/** Starts containerd, the kubelet and kube-proxy. */
export async function startNode(authority: CertificateAuthority, address: string): Promise<void> {
  const { sandbox } = authority;
  const socket = sandbox.path('containerd.sock');
  const server = `https://${address}:6443`;
  sandbox.write('cni/10-cluster.conflist', JSON.stringify(podNetwork(sandbox.path('cni-data'))));
  sandbox.write('resolv.conf', '');
  await sandbox.run('/usr/sbin/ip', 'route', 'replace', SERVICE_NETWORK, 'dev', 'eth0', 'src', address);

  const containerd = new Daemon(sandbox, 'containerd');
  const config = sandbox.write('containerd.toml', containerdConfig(sandbox.directory, socket));
  // containerd finds its shim, and the shim finds runc, on the PATH.
  const path = `PATH=${dirname(tool('ctr'))}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  await containerd.run('/usr/bin/env', path, tool('containerd'), '--config', config);
  await containerd.until(() => answers(sandbox));

  const user = { commonName: `system:node:${NODE}`, organization: 'system:nodes' };
  const kubeconfig = await authority.kubeconfig('kubelet', server, user);
  const serving = await authority.issue('kubelet-serving', { commonName: NODE, hosts: [NODE, address] });
  await new Daemon(sandbox, 'kubelet').run(
    ...['/usr/bin/env', path, tool('kubelet'), `--hostname-override=${NODE}`, `--node-ip=${address}`],
    `--kubeconfig=${kubeconfig}`,
    `--config=${sandbox.write('kubelet.json', JSON.stringify(kubeletConfig(authority, socket, serving)))}`,
  );
  const proxyUser = { commonName: 'kube-proxy', organization: 'system:masters' };
  const proxyKubeconfig = await authority.kubeconfig('kube-proxy', server, proxyUser);
  const proxyConfig = JSON.stringify(kubeProxyConfig(proxyKubeconfig));
  await new Daemon(sandbox, 'kube-proxy').run(
    ...[
      '/usr/bin/env',
      path,
      tool('kube-proxy'),
      `--config=${sandbox.write('kube-proxy.json', proxyConfig)}`,
    ],
  );
}

/**
 * Kills everything on the node, including its Pods, and starts it as after a power failure. No Pod is created again.
 */
export async function restartNode(sandbox: Sandbox): Promise<void> {
  const [kubelet, kubeProxy, containerd] = ['kubelet', 'kube-proxy', 'containerd'].map(
    (name) => new Daemon(sandbox, name),
  ) as [Daemon, Daemon, Daemon];
  await Promise.all([kubelet.stop('KILL'), kubeProxy.stop('KILL')]);
  const ids = (await ctr(sandbox, 'tasks', 'list', '--quiet')).split('\n').filter((id) => id !== '');
  // Some may have ended meanwhile.
  await Promise.allSettled(ids.map((id) => ctr(sandbox, 'tasks', 'kill', '--all', '--signal', 'KILL', id)));
  await containerd.stop('KILL');
  await Promise.all([containerd.start(), kubeProxy.start()]);
  await containerd.until(() => answers(sandbox));
  const before = readFileSync(kubelet.log, 'utf8').length;
  await until(async () => {
    // It exits while containerd still recovers its Pods. On a node, systemd starts it again.
    if (!(await kubelet.isRunning())) await kubelet.start();
    return readFileSync(kubelet.log, 'utf8').slice(before).includes('"Started kubelet"');
  });
}

/** Resolves if containerd answers; rejects otherwise. */
async function answers(sandbox: Sandbox): Promise<boolean> {
  await ctr(sandbox, 'version');
  return true;
}

/** A dual-stack Pod network: github.com/containernetworking/plugins. */
function podNetwork(dataDir: string): object {
  const ranges = [[{ subnet: '10.88.0.0/16' }], [{ subnet: 'fd88::/64' }]];
  const routes = [{ dst: '0.0.0.0/0' }, { dst: '::/0' }];
  return {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      { type: 'ptp', ipam: { type: 'host-local', ranges, routes, dataDir } },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}

/** Version 3 of github.com/containerd/containerd/blob/main/docs/cri/config.md. */
function containerdConfig(directory: string, socket: string): string {
  return `version = 3
root = '${directory}/containerd'
state = '${directory}/containerd-state'
[grpc]
  address = '${socket}'
[plugins.'io.containerd.nri.v1.nri']
  plugin_path = '${directory}/nri-plugins'
  plugin_config_path = '${directory}/nri-config'
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = '${SANDBOX_IMAGE}'
[plugins.'io.containerd.cri.v1.images'.registry]
  config_path = '${directory}/certs.d'
[plugins.'io.containerd.cri.v1.runtime']
  disable_apparmor = true
  restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ['${ROOT}/.tools/bin']
  conf_dir = '${directory}/cni'
`;
}

/** kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1. */
function kubeletConfig(
  authority: CertificateAuthority,
  socket: string,
  serving: { cert: string; key: string },
): object {
  const { sandbox } = authority;
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: authority.file },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: serving.cert,
    tlsPrivateKeyFile: serving.key,
    containerRuntimeEndpoint: `unix://${socket}`,
    resolvConf: sandbox.path('resolv.conf'),
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${sandbox.name}`,
    failCgroupV1: false,
    failSwapOn: false,
    oomScoreAdj: 0,
    maxOpenFiles: 20_000,
    maxPods: 250,
    // Updates the volumes of Secrets and ConfigMaps sooner.
    syncFrequency: '5s',
    evictionHard: {
      'memory.available': '50Mi',
      'nodefs.available': '1%',
      'nodefs.inodesFree': '1%',
      'imagefs.available': '1%',
    },
    imageGCHighThresholdPercent: 100,
  };
}

/** kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1. */
function kubeProxyConfig(kubeconfig: string): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clientConnection: { kubeconfig },
    hostnameOverride: NODE,
    conntrack: { maxPerCore: 0, min: 0 },
    oomScoreAdj: 0,
    bindAddressHardFail: false,
  };
}
