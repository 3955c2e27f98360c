import { asObject, isAbsent, isObject, type JsonObject, valueAt } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import { type AppliedPreset, appliedPreset } from '../presets/presets.js';
import { Configuration } from '../schema/configuration.js';
import { type EnvironmentValues, FILE_VARIABLE, overlay, readEnvironment } from './environment.js';
import { type ConfigurationFile, readConfigurationFile } from './file.js';

/** The sources of a configuration, besides the defaults. */
export interface Sources {
  readonly file: ConfigurationFile | undefined;
  readonly environment: EnvironmentValues;
  /** The preset that they name. */
  readonly preset?: AppliedPreset | undefined;
}

/** Reads the file that `INJECTOR_CONFIG` names and the variables `INJECTOR_*`. Throws `ConfigurationError`. */
export function readSources(env: NodeJS.ProcessEnv): Sources {
  const path = env[FILE_VARIABLE] || undefined;
  const file = path === undefined ? undefined : readConfigurationFile(path);
  const environment = readEnvironment(env);
  return sourcesOf(file, environment);
}

/** The sources with the preset that they name. */
export function sourcesOf(file: ConfigurationFile | undefined, environment: EnvironmentValues): Sources {
  return { file, environment, preset: presetOf(overlay(file?.content ?? {}, environment)) };
}

function presetOf(given: JsonObject): AppliedPreset | undefined {
  const defaults = new Configuration();
  const value = <T>(path: Path, fallback: T) => (valueAt(given, path) ?? fallback) as T;
  return appliedPreset(valueAt(given, ['proxy', 'preset']), {
    mode: value(['proxy', 'mode'], defaults.proxy.mode),
    tcpPort: value(['proxy', 'tcpPort'], defaults.proxy.tcpPort),
    accessLog: value(['proxy', 'accessLog'], defaults.proxy.accessLog),
    ipv6: value(['redirect', 'ipv6'], defaults.redirect.ipv6),
    container: asObject(valueAt(given, ['proxy', 'container'])),
  });
}

/**
 * The origin of a setting's value: its environment variable, `config.yaml:3:12`, `preset envoy`, or `default`. A map
 * can be from the file and from the preset.
 */
export function originOf(path: Path, { file, environment, preset }: Sources): string {
  const variable = variableFor(path, environment);
  if (variable !== undefined) return variable;
  const inFile = valueAt(file?.content, path) ?? undefined;
  const position = inFile === undefined ? undefined : file?.position(path);
  const inPreset = valueAt(preset?.settings, path);
  const isPreset = inPreset !== undefined && (position === undefined || isExtended(inPreset, inFile));
  return [position, isPreset && `preset ${preset?.name}`].filter(Boolean).join(' and ') || 'default';
}

/** Whether a map of a preset has fields that the map of the file does not replace. */
function isExtended(preset: unknown, file: unknown): boolean {
  if (!isObject(preset) || !isObject(file)) return false;
  return Object.keys(preset).some((key) => isAbsent(valueAt(file, [key])));
}

/** The origin of a value, or of its nearest parent if it is missing; undefined if neither is in any source. */
export function nearestOrigin(path: Path, { file, environment, preset }: Sources): string | undefined {
  const variable = variableFor(path, environment);
  if (variable !== undefined) return variable;
  const isPreset = valueAt(preset?.settings, path) !== undefined && isAbsent(valueAt(file?.content, path));
  return isPreset ? `preset ${preset?.name}` : file?.position(path);
}

function variableFor(path: Path, { values }: EnvironmentValues): string | undefined {
  return values.find((value) => value.path.join() === path.join())?.variable;
}
