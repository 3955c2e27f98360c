import { execFileSync } from 'node:child_process';
import type { Network } from './network.js';
import { IMAGE } from './runtime.js';

export type Backend = 'nft' | 'legacy';

/** A Pod's nat tables as `iptables-save` lists them, without counters and without the kernel's own chains. */
export function natTable(network: Network, backend: Backend): { ipv4: string[]; ipv6: string[] } {
  const save = (tool: string) =>
    runTool(network, [`${tool}-${backend}-save`, '-t', 'nat'])
      .split('\n')
      .filter((line) => line.startsWith('-A ') || / - \[\d/.test(line))
      .map((line) => line.replace(/ \[.*/, ''));
  return { ipv4: save('iptables'), ipv6: save('ip6tables') };
}

/** Adds rules to the Pod's nat table of IPv4, as other software would. */
export function addRules(network: Network, backend: Backend, rules: readonly string[]): void {
  runTool(network, [`iptables-${backend}-restore`, '--noflush'], `*nat\n${rules.join('\n')}\nCOMMIT\n`);
}

/** Runs an iptables tool of the image as root in a Pod's network. Any file can be the legacy backend's lock. */
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
