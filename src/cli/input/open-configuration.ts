import { validateSources } from '../../config/load.js';
import type { Configuration } from '../../config/schema/configuration.js';
import { snapshotOf } from '../../config/snapshot.js';
import { FILE_VARIABLE } from '../../config/sources/environment.js';
import { readSources, type Sources, sourcesOf } from '../../config/sources/sources.js';
import type { Injector } from '../../core/injector.js';
import type { Mode } from '../../core/settings/settings.js';
import { asObject, valueAt, withValue } from '../../core/values/json.js';
import type { FromClusterOptions } from '../cluster/connection/connection-options.js';
import { type Io, painter } from '../io.js';
import { automaticMode, type KubeVersion } from './automatic-mode.js';

/** A mode that only the chart's values know. The chart replaces it with one that the cluster supports. */
const AUTO = 'auto';
const PATH = ['proxy', 'mode'];

/** The configuration of a command, and where it comes from. */
export interface CliConfiguration {
  readonly configuration: Configuration;
  readonly sources: Sources;
  readonly injector: Injector;
  /** `INJECTOR_*` variables that match no setting. */
  readonly unknownVariables: readonly string[];
  /** The mode that stands for `auto` because the version of Kubernetes is unknown; undefined if none was assumed. */
  readonly assumedMode: Mode | undefined;
}

/** Which configuration a command reads. */
export interface ConfigurationOptions {
  /** Overrides `INJECTOR_CONFIG`. */
  readonly config?: string | undefined;
  readonly kubeVersion?: KubeVersion | undefined;
}

/**
 * Loads the configuration, and warns about unknown variables and assumptions. Throws `ConfigurationError`, or a
 * `ClusterError` if it is that of a cluster.
 */
export async function openConfiguration(
  io: Pick<Io, 'env' | 'stderr'>,
  options: ConfigurationOptions & FromClusterOptions,
): Promise<CliConfiguration> {
  const { env, stderr } = io;
  if (options.fromCluster) {
    const { openClusterConfiguration } = await import('../cluster/injector/cluster-configuration.js');
    return { ...(await openClusterConfiguration(io, options)), assumedMode: undefined };
  }
  const opened = loadCliConfiguration(env, options);
  if (opened.assumedMode) {
    const note = `proxy.mode is auto: using ${opened.assumedMode}, as on Kubernetes 1.29 and later (see --kube-version)`;
    stderr.write(`${painter(stderr)('yellow', 'warning:')} ${note}\n`);
  }
  for (const variable of opened.unknownVariables) {
    stderr.write(`${painter(stderr)('yellow', 'warning:')} ${variable}: expected the name of a setting\n`);
  }
  return opened;
}

/**
 * Loads the configuration as the service would outside a cluster. It may also be the section `config` of the chart's
 * values. Throws `ConfigurationError`.
 */
export function loadCliConfiguration(
  env: NodeJS.ProcessEnv,
  { config, kubeVersion }: ConfigurationOptions,
): CliConfiguration {
  const read = readSources(config === undefined ? env : { ...env, [FILE_VARIABLE]: config });
  const mode = automaticMode(kubeVersion);
  const replaced = withAutomaticMode(read, mode);
  const sources = replaced ?? read;
  const loaded = validateSources(sources);
  return {
    configuration: loaded.configuration,
    sources,
    unknownVariables: loaded.unknownVariables,
    assumedMode: replaced !== undefined && kubeVersion === undefined ? mode : undefined,
    injector: snapshotOf(loaded, undefined).injector,
  };
}

/** The sources with `mode` where they say `auto`; undefined if they do not. */
function withAutomaticMode({ file, environment }: Sources, mode: Mode): Sources | undefined {
  const variable = environment.values.find(({ path }) => path.join() === PATH.join());
  const value = variable === undefined ? valueAt(file?.content, PATH) : variable.value;
  if (value !== AUTO) return undefined;
  if (variable !== undefined) {
    const values = environment.values.map((each) => (each === variable ? { ...each, value: mode } : each));
    return sourcesOf(file, { ...environment, values });
  }
  return sourcesOf(file && { ...file, content: asObject(withValue(file.content, PATH, mode)) }, environment);
}
