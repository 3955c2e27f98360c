import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../tools/checkout.js';
import { CertificateAuthority } from './certificate-authority.js';
import { startControlPlane } from './control-plane.js';
import { ctr } from './ctr.js';
import { Daemon } from './daemon.js';
import { loadOwnImages, loadTestImages } from './images.js';
import { restartNode, startNode } from './node.js';
import { Sandbox } from './sandbox.js';
import { connect } from './veth.js';

/** A single-node Kubernetes cluster in a sandbox. Tests may break it. */
export class LocalCluster {
  private constructor(readonly sandbox: Sandbox) {}

  static async start(): Promise<LocalCluster> {
    const local = new LocalCluster(await Sandbox.create());
    try {
      const address = connect(local.sandbox);
      const authority = await CertificateAuthority.create(local.sandbox);
      await startControlPlane(authority, address);
      await startNode(authority, address);
      return local;
    } catch (error) {
      await local.keepLogs();
      await local.remove();
      throw error;
    }
  }

  /** A cluster that another process started, by the directory of its sandbox. */
  static attach(directory: string): LocalCluster {
    return new LocalCluster(Sandbox.attach(directory));
  }

  get kubeconfig(): string {
    return this.sandbox.path('admin.kubeconfig');
  }

  daemon(name: string): Daemon {
    return new Daemon(this.sandbox, name);
  }

  /** Loads the images of the Dockerfile under their names in the chart. */
  loadOwnImages(): Promise<void> {
    return loadOwnImages(this.sandbox);
  }

  /** Loads the images of the tests and of Envoy. */
  loadTestImages(): Promise<void> {
    return loadTestImages(this.sandbox);
  }

  /** Kills the sandbox container of a Pod, which holds its namespaces, by the Pod's uid. */
  async killSandbox(uid: string): Promise<void> {
    await ctr(this.sandbox, 'tasks', 'kill', '--signal', 'KILL', await this.#sandboxOf(uid));
  }

  /** Whether a Pod has a sandbox container, by the Pod's uid. */
  async hasSandbox(uid: string): Promise<boolean> {
    return (await this.#sandboxOf(uid)) !== '';
  }

  /** Kills a container by its `containerID` in the status of its Pod. */
  async kill(id: string): Promise<void> {
    await ctr(this.sandbox, 'tasks', 'kill', '--signal', 'KILL', id.replace('containerd://', ''));
  }

  /** Stops a container with SIGSTOP, or continues it, by its `containerID` in the status of its Pod. */
  async suspend(id: string, isSuspended: boolean): Promise<void> {
    const signal = isSuspended ? 'SIGSTOP' : 'SIGCONT';
    await ctr(this.sandbox, 'tasks', 'kill', '--signal', signal, id.replace('containerd://', ''));
  }

  /** Freezes or thaws a container, by its `containerID` in the status of its Pod. */
  async freeze(id: string, isFrozen: boolean): Promise<void> {
    await ctr(this.sandbox, 'tasks', isFrozen ? 'pause' : 'resume', id.replace('containerd://', ''));
  }

  /** Kills everything on the node, including its Pods, as a power failure does, and starts it again. */
  restartNode(): Promise<void> {
    return restartNode(this.sandbox);
  }

  /** Copies the logs of all daemons and of the current Pods to `cluster-logs`; returns the directory. */
  async keepLogs(): Promise<string> {
    const kept = join(ROOT, 'cluster-logs', this.sandbox.name);
    cpSync(this.sandbox.path('logs'), kept, { recursive: true });
    cpSync(this.sandbox.path('root/var/log/pods'), join(kept, 'pods'), { recursive: true });
    return kept;
  }

  remove(): Promise<void> {
    return this.sandbox.remove();
  }

  async #sandboxOf(uid: string): Promise<string> {
    const labels = `labels."io.kubernetes.pod.uid"==${uid},labels."io.cri-containerd.kind"==sandbox`;
    return (await ctr(this.sandbox, 'containers', 'list', '--quiet', labels)).trim();
  }
}
