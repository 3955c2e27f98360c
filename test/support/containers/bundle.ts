import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/core/values/json.js';
import type { Image } from './image.js';
import type { Seccomp } from './seccomp.js';
import { runtimeDefault } from './seccomp.js';

/** Part of a core/v1 SecurityContext. */
export interface SecurityContext {
  readonly runAsUser: number;
  readonly runAsGroup: number;
  readonly runAsNonRoot: boolean;
  readonly readOnlyRootFilesystem: boolean;
  readonly allowPrivilegeEscalation: boolean;
  readonly seccompProfile: { readonly type: string };
  readonly capabilities: { readonly add?: readonly string[]; readonly drop: readonly string[] };
  /** Only in the securityContext of a Pod. */
  readonly fsGroup?: number;
  readonly supplementalGroups?: readonly number[];
}

/** A container as described by its Pod. */
export interface Container {
  readonly image: Image;
  readonly securityContext: SecurityContext;
  /** Replaces the image's CMD. */
  readonly args?: readonly string[];
  readonly env?: { readonly [name: string]: string };
  /** Host directories by mount path; mounted read-only, as Secrets and ConfigMaps are. */
  readonly volumes?: { readonly [mountPath: string]: string };
  /** The file of its network namespace. Without it, the container shares that of the test. */
  readonly network?: string;
  /** Replaces the image's file system. */
  readonly rootfs?: string;
  /** Modifies the profile RuntimeDefault. */
  readonly seccomp?: (profile: Seccomp) => Seccomp;
  /** Non-root users only get bounding capabilities, as with cri-dockerd: github.com/moby/moby, oci/namespaces.go. */
  readonly boundingAlone?: boolean;
  /** Its memory limit, in MiB. */
  readonly memoryMib?: number;
  /** The path of its cgroup. */
  readonly cgroup?: string;
  /** More masked paths. */
  readonly maskedPaths?: readonly string[];
}

/**
 * Creates a directory for `runc run --bundle`. The container gets exactly the privileges that the kubelet and
 * containerd derive from its securityContext. Capabilities are bounding, effective, and permitted, but not ambient:
 * github.com/containerd/containerd/blob/main/pkg/oci/spec_opts.go, WithCapabilities.
 */
export function makeBundle(container: Container): string {
  const { runAsUser, runAsNonRoot } = container.securityContext;
  if (runAsNonRoot && runAsUser === 0)
    throw new Error(
      'securityContext: expected a non-root user, got runAsUser 0 (the kubelet would not start it)',
    );
  const bundle = mkdtempSync(join(tmpdir(), 'bundle-'));
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(runtimeConfig(container)));
  return bundle;
}

function runtimeConfig(container: Container): JsonObject {
  const { image, env = {}, volumes = {}, network, rootfs = image.rootfs } = container;
  const { securityContext, boundingAlone = false, maskedPaths = [], memoryMib, cgroup } = container;
  const { runAsUser, runAsGroup, fsGroup, supplementalGroups = [], capabilities } = securityContext;
  if (!capabilities.drop.includes('ALL'))
    throw new Error('capabilities.drop: expected ALL (the default capabilities are not modeled)');
  const granted = (capabilities.add ?? []).map((name) => `CAP_${name}`);
  const { Entrypoint, Cmd = [], Env, WorkingDir = '/' } = image.config;
  const { seccomp = (profile) => profile } = container;
  return {
    ociVersion: '1.0.2',
    root: { path: rootfs, readonly: securityContext.readOnlyRootFilesystem },
    process: {
      args: [...Entrypoint, ...(container.args ?? Cmd)],
      cwd: WorkingDir,
      env: [...Env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
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
    mounts: [
      ...MOUNTS,
      ...Object.entries(volumes).map(([destination, source]) => ({
        destination,
        source,
        type: 'bind',
        options: ['bind', 'ro', 'nosuid', 'nodev', 'noexec'],
      })),
    ],
    linux: {
      namespaces: [
        ...['pid', 'mount', 'ipc', 'uts'].map((type) => ({ type })),
        ...(network === undefined ? [] : [{ type: 'network', path: network }]),
      ],
      ...(memoryMib !== undefined && { resources: { memory: { limit: memoryMib * 1024 * 1024 } } }),
      ...(cgroup !== undefined && { cgroupsPath: cgroup }),
      maskedPaths: [...MASKED_PATHS, ...maskedPaths],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
      ...(securityContext.seccompProfile.type === 'RuntimeDefault' && {
        seccomp: seccomp(runtimeDefault(granted)),
      }),
    },
  } as unknown as JsonObject;
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
