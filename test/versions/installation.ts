import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import type { KubernetesObject } from '../chart/chart.js';
import { ApiServer } from '../cluster/local-cluster/api-server.js';
import { CertificateAuthority } from '../cluster/local-cluster/certificate-authority.js';
import { startApiServer } from '../cluster/local-cluster/control-plane.js';
import { Sandbox } from '../cluster/local-cluster/sandbox.js';
import { connect } from '../cluster/local-cluster/veth.js';
import { RELEASE } from '../cluster/release.js';
import { makePair, type PemPair } from '../http/tls/pairs.js';
import { Injector } from '../process/injector.js';

const IN_RELEASE = `/api/v1/namespaces/${RELEASE}`;

/**
 * An API server without controllers and nodes, so nothing runs in the cluster. The injector runs outside, with the
 * identity, permissions, and configuration that the chart gives its replicas.
 */
export class Installation {
  #injector: Injector | undefined;

  private constructor(
    readonly sandbox: Sandbox,
    readonly address: string,
    readonly kubeconfig: string,
    readonly api: ApiServer,
    /** The certificate of the injector. */
    readonly pair: PemPair,
  ) {}

  /** Starts an API server, of the given binary. */
  static async start(binary: string): Promise<Installation> {
    const sandbox = await Sandbox.create();
    try {
      const address = connect(sandbox);
      const authority = await CertificateAuthority.create(sandbox);
      // There is no kube-proxy, so calls of Services go straight to their endpoints.
      const flags = { 'enable-aggregator-routing': true };
      const { kubeconfig } = await startApiServer(authority, address, { binary, flags });
      const pair = await makePair({ hosts: [`${RELEASE}.${RELEASE}.svc`] });
      return new Installation(sandbox, address, kubeconfig, ApiServer.of(kubeconfig), pair);
    } catch (error) {
      await sandbox.remove();
      throw error;
    }
  }

  /** Creates an object; throws if the API server rejects it. */
  async create(path: string, object: object): Promise<KubernetesObject> {
    const answer = await this.api.post(path, object);
    if (answer.status !== 201) throw new Error(`${path}: ${answer.object.message}`);
    return answer.object;
  }

  /** Creates a namespace and its ServiceAccount. */
  async namespace(name: string, metadata: object = {}): Promise<void> {
    await this.create('/api/v1/namespaces', { metadata: { name, ...metadata } });
    await this.createDefaultAccount(name);
  }

  /** Creates the ServiceAccount of a namespace that a controller would create. */
  async createDefaultAccount(namespace: string): Promise<void> {
    await this.create(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } });
  }

  /** Starts the injector of the release, as the endpoint of its Service. */
  async startInjector(): Promise<void> {
    const account = this.sandbox.path('service-account');
    mkdirSync(account);
    const { status } = await this.create(`${IN_RELEASE}/serviceaccounts/${RELEASE}/token`, {});
    writeFileSync(`${account}/token`, status.token);
    writeFileSync(`${account}/namespace`, RELEASE);
    copyFileSync(this.sandbox.path('pki', 'ca.crt'), `${account}/ca.crt`);
    this.#injector = await Injector.start({
      KUBERNETES_SERVICE_HOST: this.address,
      KUBERNETES_SERVICE_PORT: '6443',
      INJECTOR_KUBERNETES_SERVICE_ACCOUNT: account,
      INJECTOR_CONFIG: this.sandbox.write('config.yaml', await this.#configuration()),
      INJECTOR_TLS_CERT: this.sandbox.write('tls.crt', this.pair.cert),
      INJECTOR_TLS_KEY: this.sandbox.write('tls.key', this.pair.key),
    });
    await this.create(`/apis/discovery.k8s.io/v1/namespaces/${RELEASE}/endpointslices`, {
      metadata: { name: RELEASE, labels: { 'kubernetes.io/service-name': RELEASE } },
      addressType: 'IPv4',
      ports: [{ name: 'webhook', port: this.#injector.port }],
      endpoints: [{ addresses: [hostOf(this.address)], conditions: { ready: true } }],
    });
  }

  async stop(): Promise<void> {
    await this.#injector?.stop();
    this.api.close();
    await this.sandbox.remove();
  }

  /** What the ConfigMap of the release has. */
  async #configuration(): Promise<string> {
    const { object } = await this.api.get(`${IN_RELEASE}/configmaps/${RELEASE}`);
    return object.data['config.yaml'];
  }
}

/** The address of the host in the network that it shares with the sandbox of an address: the one before it. */
function hostOf(address: string): string {
  return address.replace(/\d+$/, (last) => String(Number(last) - 1));
}
