/** A release whose files are being made. */
export interface Release {
  /** That of package.json. */
  readonly version: string;
  /** The time of every file in its archives, so that they are the same bytes each time. */
  readonly time: Date;
  /** Where its images are, without their names: `ghcr.io`. */
  readonly registry: string;
  /** The digests of its images, such as `sha256:0123...`: of their indexes, which cover all platforms. */
  readonly digests: { readonly [image in keyof typeof IMAGES]: string };
}

/** The address of the project. */
export const HOME = 'https://github.com/proxy-injector/proxy-injector';

/** The registry of the published images and of the chart. */
export const REGISTRY = 'ghcr.io';

/** The repository of the published chart. */
export const CHART_REPOSITORY = `${REGISTRY}/proxy-injector/charts`;

/** The platforms of the images. */
export const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;

/** The repositories of the images, without a registry. */
export const IMAGES = {
  injector: 'proxy-injector/injector',
  'proxy-init': 'proxy-injector/proxy-init',
  agent: 'proxy-injector/agent',
} as const;

/** The published form of an image: `REGISTRY/REPOSITORY:VERSION@DIGEST`. */
export function imageReference({ version, registry, digests }: Release, name: keyof typeof IMAGES): string {
  return `${registry}/${IMAGES[name]}:${version}@${digests[name]}`;
}
