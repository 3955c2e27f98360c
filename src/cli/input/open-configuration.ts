import { FILE_VARIABLE } from '../../config/environment.js';
import { validateSources } from '../../config/load.js';
import type { Configuration } from '../../config/schema/configuration.js';
import { snapshotOf } from '../../config/snapshot.js';
import { readSources, type Sources } from '../../config/sources.js';
import type { Injector } from '../../core/injector.js';
import type { Io } from '../io.js';

/** The configuration that a command works with, and where it came from. */
export interface CliConfiguration {
  readonly configuration: Configuration;
  readonly sources: Sources;
  readonly injector: Injector;
  /** `INJECTOR_*` variables that are no setting. */
  readonly unknownVariables: readonly string[];
}

/** Loads it, and warns of variables that are no setting. Throws `ConfigurationError`. */
export function openConfiguration(
  { env, stderr }: Pick<Io, 'env' | 'stderr'>,
  file: string | undefined,
): CliConfiguration {
  const opened = loadCliConfiguration(env, file);
  for (const variable of opened.unknownVariables) {
    stderr.write(`${variable}: expected a setting, got none of that name\n`);
  }
  return opened;
}

/** Loads it as the service would outside a cluster; `file` goes before `INJECTOR_CONFIG`. Throws `ConfigurationError`. */
export function loadCliConfiguration(env: NodeJS.ProcessEnv, file: string | undefined): CliConfiguration {
  const sources = readSources(file === undefined ? env : { ...env, [FILE_VARIABLE]: file });
  const loaded = validateSources(sources);
  const { configuration, unknownVariables } = loaded;
  return { configuration, sources, unknownVariables, injector: snapshotOf(loaded, undefined).injector };
}
