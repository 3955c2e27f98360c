import { readFileSync } from 'node:fs';

/** A seccomp filter as a container runtime takes it: github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp. */
export interface Seccomp {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly architectures: readonly string[];
  readonly syscalls: readonly Syscalls[];
}

/** Calls of these names, and what becomes of them. */
export interface Syscalls {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly object[];
}

/** The default profile of Podman and CRI-O, of the package golang-github-containers-common; that of containerd is of the same stock. */
export const PROFILE = '/usr/share/containers/seccomp.json';

/** An entry of that file: who gets it is said by the capabilities that a container has. */
interface Profile extends Syscalls {
  readonly includes: { readonly caps?: readonly string[]; readonly arches?: readonly string[] };
  readonly excludes: { readonly caps?: readonly string[]; readonly arches?: readonly string[] };
}

/** By the names of Go, which the file uses, and of libseccomp. */
const [ARCHITECTURE, SCMP_ARCHITECTURE] = {
  x64: ['amd64', 'SCMP_ARCH_X86_64'],
  arm64: ['arm64', 'SCMP_ARCH_AARCH64'],
}[process.arch as 'x64' | 'arm64'] as [string, string];

/** RuntimeDefault for a container with these capabilities. */
export function runtimeDefault(capabilities: readonly string[]): Seccomp {
  const { defaultAction, defaultErrnoRet, syscalls } = JSON.parse(readFileSync(PROFILE, 'utf8'));
  const allowed = (syscalls as Profile[]).filter(
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
    syscalls: allowed,
  };
}
