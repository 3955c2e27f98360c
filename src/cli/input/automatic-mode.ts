import type { Mode } from '../../core/settings/settings.js';

/** The major and minor version of a cluster. */
export interface KubeVersion {
  readonly major: number;
  readonly minor: number;
}

/** Parses `1.33`, `v1.33.2`, or what a provider makes of it, such as `v1.33.4-gke.1245000`. Otherwise undefined. */
export function parseKubeVersion(text: string): KubeVersion | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)(?:[.+-].*|\+)?$/.exec(text) ?? [];
  return minor === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

/** The mode that the chart picks for `auto`. Without a version, that of Kubernetes 1.29 and later. */
export function automaticMode(version: KubeVersion | undefined): Mode {
  const hasSidecars = version === undefined || version.major > 1 || version.minor >= 29;
  return hasSidecars ? 'native' : 'container';
}
