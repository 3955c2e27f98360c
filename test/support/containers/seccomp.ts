import { readFileSync } from 'node:fs';

/**
 * A seccomp filter in the format of container runtimes:
 * github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp.
 */
export interface Seccomp {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly architectures: readonly string[];
  readonly syscalls: readonly Syscalls[];
}

/** System calls and the action for them. */
export interface Syscalls {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly object[];
}

/**
 * The default profile of Podman and CRI-O, from the package golang-github-containers-common. The profile of containerd
 * has the same origin.
 */
export const PROFILE = '/usr/share/containers/seccomp.json';

/** An entry of that file, which applies depending on the capabilities of the container. */
interface ConditionalSyscalls extends Syscalls {
  readonly includes: { readonly caps?: readonly string[]; readonly arches?: readonly string[] };
  readonly excludes: { readonly caps?: readonly string[]; readonly arches?: readonly string[] };
}

/** The architecture, as named by Go (as in the file) and by libseccomp. */
const [ARCHITECTURE, SCMP_ARCHITECTURE] = {
  x64: ['amd64', 'SCMP_ARCH_X86_64'],
  arm64: ['arm64', 'SCMP_ARCH_AARCH64'],
}[process.arch as 'x64' | 'arm64'] as [string, string];

/** RuntimeDefault for a container with these capabilities. */
export function runtimeDefault(capabilities: readonly string[]): Seccomp {
  const { defaultAction, defaultErrnoRet, syscalls } = JSON.parse(readFileSync(PROFILE, 'utf8'));
  const allowed = (syscalls as ConditionalSyscalls[]).filter(
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
