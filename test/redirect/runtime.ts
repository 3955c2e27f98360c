import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { JsonObject } from '../../src/core/json.js';
import { imageConfig, ROOTFS } from './image.js';
import { type Kernel, runtimeDefault } from './seccomp.js';

/** The parts of a core/v1 Container that decide how it runs. */
export interface InitContainer {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext: SecurityContext;
}

/** Part of a core/v1 SecurityContext. */
export interface SecurityContext {
  readonly runAsUser: number;
  readonly runAsGroup: number;
  readonly runAsNonRoot: boolean;
  readonly readOnlyRootFilesystem: boolean;
  readonly allowPrivilegeEscalation: boolean;
  readonly seccompProfile: { readonly type: string };
  /** Of the Pod alone. */
  readonly fsGroup?: number;
  readonly supplementalGroups?: readonly number[];
  readonly capabilities: { readonly add: readonly string[]; readonly drop: readonly string[] };
}

/** What came of a container. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where it runs. */
export interface Place {
  /** The file that stands for the network namespace. */
  readonly network: string;
  readonly kernel?: Kernel;
  readonly rootfs?: string;
  /** Capabilities of others than root are bounding alone, as cri-dockerd leaves them: github.com/moby/moby, oci/namespaces.go. */
  readonly boundingAlone?: boolean;
  /** Further paths that the container cannot look into. */
  readonly maskedPaths?: readonly string[];
}

/**
 * Runs a container of the image `proxy-init` with runc, with just the privileges that its securityContext asks for, as the kubelet
 * and containerd make of it (the capabilities are bounding, effective and permitted, and not ambient:
 * github.com/containerd/containerd/blob/main/pkg/oci/spec_opts.go, WithCapabilities).
 */
export function runContainer(container: InitContainer, place: Place): Ended {
  const { runAsUser, runAsNonRoot } = container.securityContext;
  if (runAsNonRoot && runAsUser === 0) {
    throw new Error('the kubelet refuses to run a container as root that must not be');
  }
  const bundle = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(bundleConfig(container, place)));
    const args = ['run', '--bundle', bundle, basename(bundle)];
    const { status, stdout, stderr } = spawnSync('runc', args, { encoding: 'utf8' });
    return { status, stdout, stderr };
  } finally {
    rmSync(bundle, { recursive: true });
  }
}

function bundleConfig({ env, securityContext }: InitContainer, place: Place): JsonObject {
  const { network, kernel = 'nft', rootfs = ROOTFS, boundingAlone = false, maskedPaths = [] } = place;
  const { runAsUser, runAsGroup, fsGroup, supplementalGroups = [], capabilities } = securityContext;
  if (!capabilities.drop.includes('ALL')) throw new Error('only what is added is granted here');
  const granted = capabilities.add.map((name) => `CAP_${name}`);
  const image = imageConfig();
  return {
    ociVersion: '1.0.2',
    root: { path: rootfs, readonly: securityContext.readOnlyRootFilesystem },
    process: {
      args: image.Entrypoint,
      cwd: '/',
      env: [...image.Env, ...env.map(({ name, value }) => `${name}=${value}`)],
      user: {
        uid: runAsUser,
        gid: runAsGroup,
        additionalGids: [...supplementalGroups, ...(fsGroup ? [fsGroup] : [])],
      },
      noNewPrivileges: !securityContext.allowPrivilegeEscalation,
      capabilities: {
        bounding: granted,
        ...((!boundingAlone || runAsUser === 0) && { effective: granted, permitted: granted }),
      },
    },
    mounts: MOUNTS,
    linux: {
      namespaces: [
        ...['pid', 'mount', 'ipc', 'uts'].map((type) => ({ type })),
        { type: 'network', path: network },
      ],
      maskedPaths: [...MASKED_PATHS, ...maskedPaths],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
      ...(securityContext.seccompProfile.type === 'RuntimeDefault' && {
        seccomp: runtimeDefault(granted, kernel),
      }),
    },
  };
}

const MASKED_PATHS = [
  '/proc/acpi',
  '/proc/kcore',
  '/proc/keys',
  '/proc/timer_list',
  '/proc/scsi',
  '/sys/firmware',
];

const MOUNTS = [
  { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
];
