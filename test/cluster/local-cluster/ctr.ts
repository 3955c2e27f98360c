import type { Sandbox } from './sandbox.js';
import { tool } from './tools.js';

/** Runs ctr, containerd's client, on the kubelet's images and containers; resolves with its stdout. */
export function ctr(sandbox: Sandbox, ...args: readonly string[]): Promise<string> {
  const socket = sandbox.path('containerd.sock');
  return sandbox.run(tool('ctr'), '--address', socket, '--namespace', 'k8s.io', ...args);
}
