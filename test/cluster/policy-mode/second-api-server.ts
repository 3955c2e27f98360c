import { readFileSync } from 'node:fs';
import { ApiServer } from '../local-cluster/api-server.js';
import { isReady } from '../local-cluster/control-plane.js';
import { Daemon } from '../local-cluster/daemon.js';
import type { Sandbox } from '../local-cluster/sandbox.js';

const NAME = 'second-kube-apiserver';
const PORT = '6444';

/** Another API server in the sandbox of a cluster. It shares nothing with the first but the process of etcd. */
export class SecondApiServer {
  private constructor(
    readonly api: ApiServer,
    readonly daemon: Daemon,
  ) {}

  /** Starts it with the flags of the first, and more of them. */
  static async start(sandbox: Sandbox, flags: { readonly [name: string]: string }): Promise<SecondApiServer> {
    const own = {
      'secure-port': PORT,
      'etcd-prefix': `/second-${process.pid}`,
      'audit-log-path': '/dev/null',
      ...flags,
    };
    const daemon = new Daemon(sandbox, NAME);
    // Of flags that are given twice, the last one counts.
    await daemon.run(
      ...new Daemon(sandbox, 'kube-apiserver').command,
      ...Object.entries(own).map(([name, value]) => `--${name}=${value}`),
    );
    const admin = readFileSync(sandbox.path('admin.kubeconfig'), 'utf8').replaceAll(':6443', `:${PORT}`);
    const api = ApiServer.of(sandbox.write('second.kubeconfig', admin));
    await daemon.until(() => isReady(api.url, sandbox.path('pki', 'ca.crt')));
    return new SecondApiServer(api, daemon);
  }

  async stop(): Promise<void> {
    this.api.close();
    await this.daemon.stop();
  }
}
