import { validateSources } from '../../config/load.js';
import type { Configuration } from '../../config/schema/configuration.js';
import { snapshotOf } from '../../config/snapshot.js';
import { FILE_VARIABLE } from '../../config/sources/environment.js';
import { readSources, type Sources } from '../../config/sources/sources.js';
import type { Injector } from '../../core/injector.js';
import { type Io, painter } from '../io.js';

/** The configuration of a command, and where it comes from. */
export interface CliConfiguration {
  readonly configuration: Configuration;
  readonly sources: Sources;
  readonly injector: Injector;
  /** `INJECTOR_*` variables that match no setting. */
  readonly unknownVariables: readonly string[];
}

/** Loads the configuration and warns about unknown variables. Throws `ConfigurationError`. */
export function openConfiguration(
  { env, stderr }: Pick<Io, 'env' | 'stderr'>,
  file: string | undefined,
): CliConfiguration {
  const opened = loadCliConfiguration(env, file);
  for (const variable of opened.unknownVariables) {
    stderr.write(`${painter(stderr)('yellow', 'warning:')} ${variable}: expected the name of a setting\n`);
  }
  return opened;
}

/**
 * Loads the configuration as the service would outside a cluster; `file` overrides `INJECTOR_CONFIG`. Throws
 * `ConfigurationError`.
 */
export function loadCliConfiguration(env: NodeJS.ProcessEnv, file: string | undefined): CliConfiguration {
  const sources = readSources(file === undefined ? env : { ...env, [FILE_VARIABLE]: file });
  const loaded = validateSources(sources);
  const { configuration, unknownVariables } = loaded;
  return { configuration, sources, unknownVariables, injector: snapshotOf(loaded, undefined).injector };
}
