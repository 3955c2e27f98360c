import { execFileSync } from 'node:child_process';
import type { Network } from './network.js';
import { IMAGE } from './runtime.js';

export type Backend = 'nft' | 'legacy';

/** The rules of the nat table of a Pod as `iptables-save` lists them, of both families; the chains of the kernel are left out. */
export function natTable(network: Network, backend: Backend): { ipv4: string[]; ipv6: string[] } {
  const save = (tool: string) =>
    runTool(network, [`${tool}-${backend}-save`, '-t', 'nat'])
      .split('\n')
      .filter((line) => line.startsWith('-A ') || / - \[\d/.test(line))
      .map((line) => line.replace(/ \[.*/, ''));
  return { ipv4: save('iptables'), ipv6: save('ip6tables') };
}

/** Adds rules that somebody else has in the Pod already. */
export function addRules(network: Network, backend: Backend, rules: readonly string[]): void {
  runTool(network, [`iptables-${backend}-restore`, '--noflush'], `*nat\n${rules.join('\n')}\nCOMMIT\n`);
}

/** Runs an iptables of the image in the network of a Pod, as root; any file will do for the lock that legacy wants. */
export function runTool(
  { pod }: Network,
  [tool, ...args]: readonly [string, ...string[]],
  input = '',
): string {
  const command = ['netns', 'exec', pod, 'chroot', IMAGE.rootfs, `/usr/sbin/${tool}`, ...args];
  return execFileSync('ip', command, {
    encoding: 'utf8',
    input,
    env: { ...process.env, XTABLES_LOCKFILE: '/proxy-init' },
  });
}
