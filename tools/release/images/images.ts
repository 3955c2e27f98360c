import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../checkout.js';
import { Layout } from './layout.js';

/** The targets of the Dockerfile. */
export const TARGETS = ['injector', 'proxy-init', 'agent'] as const;

export type Target = (typeof TARGETS)[number];

/** The architectures of every image, as Go names them. */
export const ARCHITECTURES = ['amd64', 'arm64'] as const;

/** What images are built from. */
export interface Sources {
  readonly commit: string;
  /** The time of the commit, in seconds since 1970: the time of the images and of their files. */
  readonly epoch: number;
  /** `published` pulls the base images of the Dockerfile; `local` builds stand-ins. */
  readonly bases: 'local' | 'published';
}

/** Builds an image for every platform into a directory. */
export function buildImage(target: Target, directory: string, { commit, epoch, bases }: Sources): Layout {
  const env = { ...process.env, REVISION: commit, SOURCE_DATE_EPOCH: `${epoch}`, BASES: bases };
  const script = join(ROOT, 'tools', 'release', 'images', 'build.sh');
  const { status } = spawnSync(script, [target, directory], { env, stdio: 'inherit' });
  if (status !== 0) throw new Error(`could not build the image ${target}`);
  return new Layout(directory);
}

/** How two builds of an image differ: a line for the index, and one for each layer and configuration that differs. */
export function differences(first: Layout, second: Layout): string[] {
  if (first.descriptor.digest === second.descriptor.digest) return [];
  const parts = ARCHITECTURES.flatMap((architecture) => {
    const [a, b] = [first, second].map((layout) => layout.platform(architecture).manifest);
    const blobs = (manifest = a) =>
      [manifest?.config, ...(manifest?.layers ?? [])].map((blob) => blob?.digest);
    const [before, after] = [blobs(a), blobs(b)];
    return before.flatMap((digest, index) =>
      digest === after[index]
        ? []
        : `linux/${architecture}: ${index === 0 ? 'configuration' : `layer ${index}`}: ${digest}, then ${after[index]}`,
    );
  });
  return [`index: ${first.descriptor.digest}, then ${second.descriptor.digest}`, ...parts];
}
