import { valueAt } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import { type EnvironmentValues, FILE_VARIABLE, readEnvironment } from './environment.js';
import { type ConfigurationFile, readConfigurationFile } from './file.js';

/** The sources of a configuration, besides the defaults. */
export interface Sources {
  readonly file: ConfigurationFile | undefined;
  readonly environment: EnvironmentValues;
}

/** Reads the file that `INJECTOR_CONFIG` names and the variables `INJECTOR_*`. Throws `ConfigurationError`. */
export function readSources(env: NodeJS.ProcessEnv): Sources {
  const path = env[FILE_VARIABLE] || undefined;
  return {
    file: path === undefined ? undefined : readConfigurationFile(path),
    environment: readEnvironment(env),
  };
}

/** The origin of a setting's value: its environment variable, `config.yaml:3:12`, or `default`. */
export function originOf(path: Path, { file, environment }: Sources): string {
  const variable = variableFor(path, environment);
  if (variable !== undefined) return variable;
  const isInFile = (valueAt(file?.content, path) ?? undefined) !== undefined;
  return (isInFile && file?.position(path)) || 'default';
}

/** The origin of a value, or of its nearest parent if it is missing; undefined if neither is in any source. */
export function nearestOrigin(path: Path, { file, environment }: Sources): string | undefined {
  return variableFor(path, environment) ?? file?.position(path);
}

function variableFor(path: Path, { values }: EnvironmentValues): string | undefined {
  return values.find((value) => value.path.join() === path.join())?.variable;
}
