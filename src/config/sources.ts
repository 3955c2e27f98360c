import { valueAt } from '../core/values/json.js';
import type { Path } from '../core/values/path.js';
import { type EnvironmentValues, FILE_VARIABLE, readEnvironment } from './environment.js';
import { type ConfigurationFile, readConfigurationFile } from './file.js';

/** Where configurations come from, beside the defaults. */
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

/** Where the value of a setting comes from: its environment variable, `config.yaml:3:12`, or `default`. */
export function originOf(path: Path, { file, environment }: Sources): string {
  const variable = variableFor(path, environment);
  if (variable !== undefined) return variable;
  const isInFile = (valueAt(file?.content, path) ?? undefined) !== undefined;
  return (isInFile && file?.position(path)) || 'default';
}

/** The same for a value that may be missing: then it is where the nearest one around it is; undefined if that is nowhere. */
export function nearestOrigin(path: Path, { file, environment }: Sources): string | undefined {
  return variableFor(path, environment) ?? file?.position(path);
}

function variableFor(path: Path, { values }: EnvironmentValues): string | undefined {
  return values.find((value) => value.path.join() === path.join())?.variable;
}
