import type { Configuration } from '../config/configuration.js';
import { FILE_VARIABLE } from '../config/environment.js';
import { validated } from '../config/load.js';
import { snapshotOf } from '../config/snapshot.js';
import { readSources, type Sources } from '../config/sources.js';
import type { Injector } from '../core/injector.js';

/** The configuration that a command works with, and where it came from. */
export interface Configured {
  readonly configuration: Configuration;
  readonly sources: Sources;
  readonly injector: Injector;
  /** `INJECTOR_*` variables that are no setting. */
  readonly unknownVariables: readonly string[];
}

/** Loads it as the service would outside a cluster; `file` goes before `INJECTOR_CONFIG`. Throws `ConfigurationError`. */
export function configured(env: NodeJS.ProcessEnv, file: string | undefined): Configured {
  const sources = readSources(file === undefined ? env : { ...env, [FILE_VARIABLE]: file });
  const loaded = validated(sources);
  const { configuration, unknownVariables } = loaded;
  return { configuration, sources, unknownVariables, injector: snapshotOf(loaded, undefined).injector };
}
