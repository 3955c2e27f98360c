import type { Sources } from '../../config/sources/sources.js';
import type { Mode } from '../../core/settings/settings.js';
import { asObject, valueAt, withValue } from '../../core/values/json.js';

/** The major and minor version of a cluster. */
export interface KubeVersion {
  readonly major: number;
  readonly minor: number;
}

/** A mode that only the chart's values know. The chart replaces it with one that the cluster supports. */
const AUTO = 'auto';
const PATH = ['proxy', 'mode'];

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

/** The sources with `mode` where they say `auto`; undefined if they do not. */
export function withAutomaticMode({ file, environment }: Sources, mode: Mode): Sources | undefined {
  const variable = environment.values.find(({ path }) => path.join() === PATH.join());
  const value = variable === undefined ? valueAt(file?.content, PATH) : variable.value;
  if (value !== AUTO) return undefined;
  if (variable !== undefined) {
    const values = environment.values.map((each) => (each === variable ? { ...each, value: mode } : each));
    return { file, environment: { ...environment, values } };
  }
  return { file: file && { ...file, content: asObject(withValue(file.content, PATH, mode)) }, environment };
}
