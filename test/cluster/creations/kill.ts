import type { KubernetesObject } from '../../chart/chart.js';
import { ctr } from '../machine/ctr.js';
import type { Sandbox } from '../machine/sandbox.js';

/** Kills the process of a Pod's container on its node; nobody is told before. */
export async function kill(sandbox: Sandbox, { status }: KubernetesObject): Promise<void> {
  const id = status.containerStatuses[0].containerID.replace('containerd://', '');
  await ctr(sandbox, 'tasks', 'kill', '--signal', 'KILL', id);
}
