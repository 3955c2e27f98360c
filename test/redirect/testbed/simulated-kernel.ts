import type { Seccomp, Syscalls } from '../../support/containers/seccomp.js';

/** What a kernel supports: `nft` both backends, `legacy` no nftables, `none` neither nftables nor ip_tables. */
export type Kernel = 'nft' | 'legacy' | 'none';

/**
 * A seccomp profile that makes the kernel look like another one. The real kernel supports both backends and cannot
 * unload its modules. So the calls by which iptables probes for a backend fail as on a kernel without it: socket(2)
 * with EPROTONOSUPPORT, getsockopt(2) with ENOPROTOOPT.
 */
export function onKernel(kernel: Kernel, seccomp: Seccomp): Seccomp {
  const missing = { nft: [], legacy: [NETFILTER_NETLINK], none: [NETFILTER_NETLINK, IP_TABLES] }[kernel];
  const names = missing.map(({ name }) => name);
  const others = seccomp.syscalls.map((entry) => ({
    ...entry,
    names: entry.names.filter((name) => !names.includes(name)),
  }));
  const syscalls = [...others.filter((entry) => entry.names.length > 0), ...missing.flatMap(refusals)];
  return { ...seccomp, syscalls };
}

/** A system call with the arguments for which it fails with `errno`. */
interface RefusedCall {
  readonly name: string;
  readonly errno: number;
  readonly args: readonly { readonly index: number; readonly value: number }[];
}

const NETFILTER_NETLINK: RefusedCall = {
  name: 'socket',
  errno: 93,
  args: [
    { index: 0, value: 16 },
    { index: 2, value: 12 },
  ],
};
const IP_TABLES: RefusedCall = { name: 'getsockopt', errno: 92, args: [{ index: 2, value: 64 }] };

/** Rejects calls in which all arguments match, and allows those in which any differs. */
function refusals({ name, errno, args }: RefusedCall): Syscalls[] {
  const equal = args.map((arg) => ({ ...arg, op: 'SCMP_CMP_EQ' }));
  const different = args.map((arg) => ({ ...arg, op: 'SCMP_CMP_NE' }));
  return [
    { names: [name], action: 'SCMP_ACT_ERRNO', errnoRet: errno, args: equal },
    ...different.map((arg) => ({ names: [name], action: 'SCMP_ACT_ALLOW', args: [arg] })),
  ];
}
