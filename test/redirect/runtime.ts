import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { type Container, makeBundle, type SecurityContext } from '../support/containers/bundle.js';
import { Image } from '../support/containers/image.js';
import { type Kernel, onKernel } from './simulated-kernel.js';

/** The image of the init container. */
export const IMAGE = new Image('proxy-init');

/** The parts of a core/v1 Container that decide how it runs. */
export interface InitContainer {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext: SecurityContext;
}

/** What came of a container. */
export interface ContainerResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where it runs. */
export interface RunOptions extends Pick<Container, 'rootfs' | 'boundingAlone' | 'maskedPaths'> {
  /** The file that stands for the network namespace. */
  readonly network: string;
  readonly kernel?: Kernel;
}

/** Runs a container of the image `proxy-init` with runc to its end. */
export function runContainer(
  { env, securityContext }: InitContainer,
  { kernel = 'nft', ...options }: RunOptions,
): ContainerResult {
  const bundle = makeBundle({
    image: IMAGE,
    securityContext,
    env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
    ...options,
    seccomp: (profile) => onKernel(kernel, profile),
  });
  try {
    const { status, stdout, stderr } = spawnSync('runc', ['run', '--bundle', bundle, basename(bundle)], {
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  } finally {
    rmSync(bundle, { recursive: true });
  }
}
