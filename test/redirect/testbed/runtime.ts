import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Container, makeBundle, type SecurityContext } from '../../support/containers/bundle.js';
import { Image } from '../../support/containers/image.js';
import { type Kernel, onKernel } from './simulated-kernel.js';

/** The init container's image. */
export const IMAGE = new Image('proxy-init');

/** The fields of a core/v1 Container that the tests run. */
export interface InitContainer {
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext: SecurityContext;
}

export interface ContainerResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions
  extends Pick<Container, 'rootfs' | 'boundingAlone' | 'maskedPaths' | 'memoryMib' | 'cgroup'> {
  /** The path of the network namespace. */
  readonly network: string;
  readonly kernel?: Kernel;
}

/** Copies the image's file system without its file capabilities, and returns the directory. */
export function copyOfRootfs(): string {
  const rootfs = mkdtempSync(join(tmpdir(), 'proxy-init-'));
  cpSync(IMAGE.rootfs, rootfs, { recursive: true, verbatimSymlinks: true });
  chmodSync(rootfs, 0o755);
  return rootfs;
}

/** Runs a container of the image `proxy-init` with runc until it exits. */
export function runContainer(container: InitContainer, options: RunOptions): ContainerResult {
  const bundle = bundleOf(container, options);
  try {
    const { status, stdout, stderr } = spawnSync('runc', runcArgs(bundle), { encoding: 'utf8' });
    return { status, stdout, stderr };
  } finally {
    rmSync(bundle, { recursive: true });
  }
}

/** Starts a container of the image `proxy-init` with runc. */
export function startContainer(container: InitContainer, options: RunOptions): ChildProcess {
  const bundle = bundleOf(container, options);
  const child = spawn('runc', runcArgs(bundle), { stdio: ['ignore', 'pipe', 'pipe'] });
  child.once('exit', () => rmSync(bundle, { recursive: true }));
  return child;
}

function bundleOf(
  { args, env, securityContext }: InitContainer,
  { kernel = 'nft', ...options }: RunOptions,
): string {
  return makeBundle({
    image: IMAGE,
    securityContext,
    ...(args && { args }),
    env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
    ...options,
    seccomp: (profile) => onKernel(kernel, profile),
  });
}

function runcArgs(bundle: string): string[] {
  return ['run', '--bundle', bundle, basename(bundle)];
}
