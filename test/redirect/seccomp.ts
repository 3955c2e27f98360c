import { readFileSync } from 'node:fs';

/** A seccomp filter as a container runtime takes it: github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp. */
export interface Seccomp {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly architectures: readonly string[];
  readonly syscalls: readonly object[];
}

/** What a kernel can do: `nft` has all there is, `legacy` no nftables, `none` not even ip_tables. */
export type Kernel = 'nft' | 'legacy' | 'none';

/** The default profile of Podman and CRI-O, of the package golang-github-containers-common; that of containerd is of the same stock. */
export const PROFILE = '/usr/share/containers/seccomp.json';

/** An entry of that file: who gets it is said by the capabilities that a container has. */
interface Entry {
  readonly names: readonly string[];
  readonly includes: { readonly caps?: readonly string[]; readonly arches?: readonly string[] };
  readonly excludes: { readonly caps?: readonly string[]; readonly arches?: readonly string[] };
}

/** By the names of Go, which the file uses, and of libseccomp. */
const [ARCHITECTURE, SCMP_ARCHITECTURE] = {
  x64: ['amd64', 'SCMP_ARCH_X86_64'],
  arm64: ['arm64', 'SCMP_ARCH_AARCH64'],
}[process.arch as 'x64' | 'arm64'] as [string, string];

/** RuntimeDefault for a container with these capabilities, on a kernel that can do so much. */
export function runtimeDefault(capabilities: readonly string[], kernel: Kernel): Seccomp {
  const { defaultAction, defaultErrnoRet, syscalls } = JSON.parse(readFileSync(PROFILE, 'utf8'));
  const allowed = (syscalls as Entry[]).filter(
    ({ includes, excludes }) =>
      (includes.caps ?? []).every((cap) => capabilities.includes(cap)) &&
      (includes.arches ?? [ARCHITECTURE]).includes(ARCHITECTURE) &&
      !(excludes.caps ?? []).some((cap) => capabilities.includes(cap)) &&
      !(excludes.arches ?? []).includes(ARCHITECTURE),
  );
  return {
    defaultAction,
    defaultErrnoRet,
    architectures: [SCMP_ARCHITECTURE],
    syscalls: on(kernel, allowed),
  };
}

/**
 * The kernel under the tests has both backends, and modules cannot be taken out of it; so the calls by which iptables learns what
 * there is are answered as a kernel without them answers: socket(2) with EPROTONOSUPPORT, getsockopt(2) with ENOPROTOOPT.
 */
function on(kernel: Kernel, allowed: readonly Entry[]): object[] {
  const missing = { nft: [], legacy: [NETFILTER_NETLINK], none: [NETFILTER_NETLINK, IP_TABLES] }[kernel];
  const names = missing.map(({ name }) => name);
  const others = allowed.map((entry) => ({
    ...entry,
    names: entry.names.filter((name) => !names.includes(name)),
  }));
  return [...others.filter((entry) => entry.names.length > 0), ...missing.flatMap(refusals)];
}

/** Calls of one name with these arguments, and how they end. */
interface Missing {
  readonly name: string;
  readonly errno: number;
  readonly args: readonly { readonly index: number; readonly value: number }[];
}

const NETFILTER_NETLINK: Missing = {
  name: 'socket',
  errno: 93,
  args: [
    { index: 0, value: 16 },
    { index: 2, value: 12 },
  ],
};
const IP_TABLES: Missing = { name: 'getsockopt', errno: 92, args: [{ index: 2, value: 64 }] };

/** Refuses the calls in which all arguments are so, and allows those in which one is not. */
function refusals({ name, errno, args }: Missing): object[] {
  const equal = args.map((arg) => ({ ...arg, op: 'SCMP_CMP_EQ' }));
  const different = args.map((arg) => ({ ...arg, op: 'SCMP_CMP_NE' }));
  return [
    { names: [name], action: 'SCMP_ACT_ERRNO', errnoRet: errno, args: equal },
    ...different.map((arg) => ({ names: [name], action: 'SCMP_ACT_ALLOW', args: [arg] })),
  ];
}
