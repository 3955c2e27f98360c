import type { Sandbox } from './sandbox.js';
import { tool } from './tools.js';

/** Runs containerd's client on the images and containers of the kubelet; what it prints. */
export function ctr(sandbox: Sandbox, ...args: readonly string[]): Promise<string> {
  const socket = sandbox.path('containerd.sock');
  return sandbox.run(tool('ctr'), '--address', socket, '--namespace', 'k8s.io', ...args);
}
