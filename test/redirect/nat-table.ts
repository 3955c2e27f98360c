import { execFileSync } from 'node:child_process';
import type { Network } from './network.js';
import { IMAGE } from './runtime.js';

export type Backend = 'nft' | 'legacy';

/** The rules of the nat table of a Pod as `iptables-save` lists them, of both families; the chains of the kernel are left out. */
export function natTable({ pod }: Network, backend: Backend): { ipv4: string[]; ipv6: string[] } {
  const save = (tool: string) => {
    const command = [
      'netns',
      'exec',
      pod,
      'chroot',
      IMAGE.rootfs,
      `/usr/sbin/${tool}-${backend}-save`,
      '-t',
      'nat',
    ];
    const lines = execFileSync('ip', command, { encoding: 'utf8' }).split('\n');
    return lines
      .filter((line) => line.startsWith('-A ') || / - \[\d/.test(line))
      .map((line) => line.replace(/ \[.*/, ''));
  };
  return { ipv4: save('iptables'), ipv6: save('ip6tables') };
}

/** Adds rules that somebody else has in the Pod already. */
export function addRules({ pod }: Network, backend: Backend, rules: readonly string[]): void {
  const input = `*nat\n${rules.join('\n')}\nCOMMIT\n`;
  const command = [
    'netns',
    'exec',
    pod,
    'chroot',
    IMAGE.rootfs,
    `/usr/sbin/iptables-${backend}-restore`,
    '--noflush',
  ];
  execFileSync('ip', command, { input, env: { ...process.env, XTABLES_LOCKFILE: '/proxy-init' } });
}
