import { plainToInstance } from 'class-transformer';
import type { ValidationError } from 'class-validator';
import {
  asObject,
  isAbsent,
  isObject,
  type JsonObject,
  valueAt,
  withoutNulls,
  withValue,
} from '../core/values/json.js';
import { PRODUCT_VERSION } from '../core/version.js';
import { ConfigurationError } from './configuration-error.js';
import { type AppliedPreset, overPreset } from './presets/presets.js';
import { Validator } from './schema/class-validator.js';
import type { ConfigViolation } from './schema/config-violation.js';
import { Configuration } from './schema/configuration.js';
import { keysOf, type SettingEntry, sectionOf, settingsOf } from './schema/setting.js';
import { semanticViolations } from './semantic-violations.js';
import { overlay } from './sources/environment.js';
import { nearestOrigin, readSources, type Sources } from './sources/sources.js';

/** A valid configuration and its sources. */
export interface LoadedConfiguration {
  /** Deeply frozen. */
  readonly configuration: Configuration;
  /** The path of the file; undefined if there is none. */
  readonly file: string | undefined;
  /** `INJECTOR_*` variables that set no setting. */
  readonly unknownVariables: readonly string[];
}

/** How strict loading is. */
export interface LoadOptions {
  /** Ignore unknown keys in a file that is written for another version of the injector. */
  readonly acceptsOtherVersions?: boolean;
}

/**
 * Loads a configuration: the defaults, overridden by the preset, overridden by the file that `INJECTOR_CONFIG` names,
 * overridden by `INJECTOR_*` variables. Throws {@link ConfigurationError} with all violations.
 */
export function loadConfiguration(env: NodeJS.ProcessEnv, options: LoadOptions = {}): LoadedConfiguration {
  return validateSources(readSources(env), options);
}

/** Merges and validates the sources. Throws {@link ConfigurationError} with all violations. */
export function validateSources(
  sources: Sources,
  { acceptsOtherVersions = false }: LoadOptions = {},
): LoadedConfiguration {
  const { file, environment, preset } = sources;
  const given = overlay(file?.content ?? {}, environment);
  const configuration = instantiate(withPreset(preset, given));
  const isForThisVersion = [undefined, PRODUCT_VERSION].includes(configuration.version);
  const violations = [
    ...(acceptsOtherVersions && !isForThisVersion ? [] : keyViolations(given, Configuration)),
    ...fieldViolations(configuration),
    ...semanticViolations(configuration),
  ];
  if (violations.length > 0) {
    const originOf = ({ origin, path }: ConfigViolation) => origin ?? nearestOrigin(path, sources);
    throw new ConfigurationError(file?.path ?? 'environment', violations, originOf);
  }
  return { configuration: freeze(configuration), file: file?.path, unknownVariables: environment.unknown };
}

/** The settings of the preset under the given ones. A section that is not an object is kept and fails validation. */
function withPreset(preset: AppliedPreset | undefined, given: JsonObject): JsonObject {
  if (preset === undefined) return given;
  const paths = settingsOf(Configuration).map(({ path }) => path);
  return paths.reduce<JsonObject>((merged, path) => {
    const value = valueAt(preset.settings, path);
    const section = valueAt(given, path.slice(0, -1));
    if (value === undefined || !(isAbsent(section) || isObject(section))) return merged;
    return asObject(withValue(merged, path, overPreset(value, valueAt(given, path))));
  }, given);
}

/** Missing and null settings get their defaults. Free-form settings are copied, without nulls. */
function instantiate(given: JsonObject): Configuration {
  const configuration = plainToInstance(Configuration, plain(given, Configuration), {
    exposeDefaultValues: true,
  });
  for (const { path, verbatim } of settingsOf(Configuration)) {
    const value = valueAt(given, path);
    if (verbatim && value !== undefined && value !== null) assign(configuration, path, withoutNulls(value));
  }
  return configuration;
}

/**
 * The input for class-transformer. Nulls are dropped, because YAML reads `key:` without a value as null. Numbers in
 * text settings become text (`skipInboundPorts: 80`), as do lists where the setting allows them. Unknown keys are
 * dropped, as are free-form settings, in which class-transformer mishandles keys such as `constructor`.
 */
function plain(value: JsonObject, section: new () => object): JsonObject {
  const settings = new Map(settingsOf(section).map((entry) => [entry.path.join('.'), entry]));
  const keys = keysOf(section).filter((key) => Object.hasOwn(value, key) && !settings.get(key)?.verbatim);
  const entries = keys.map((key) => {
    const inner = value[key];
    const innerSection = sectionOf(section, key);
    if (innerSection) return [key, isObject(inner) ? plain(inner, innerSection) : null] as const;
    return [
      key,
      typeof settings.get(key)?.default === 'string' ? asText(inner, settings.get(key)) : inner,
    ] as const;
  });
  return Object.fromEntries(entries.filter(([, inner]) => inner !== null));
}

/** The value of a text setting as text; unchanged if it is invalid. */
function asText(value: unknown, entry: SettingEntry | undefined): unknown {
  if (typeof value === 'number') return String(value);
  const isList =
    entry?.list && Array.isArray(value) && value.every((part) => ['string', 'number'].includes(typeof part));
  return isList ? value.join() : value;
}

function keyViolations(
  value: JsonObject,
  section: new () => object,
  parents: readonly string[] = [],
): ConfigViolation[] {
  const known = keysOf(section);
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = [...parents, key];
    if (!known.includes(key)) return [{ path, expected: `one of the keys ${known.join(', ')}`, given: key }];
    const innerSection = sectionOf(section, key);
    if (innerSection === undefined || inner === null) return [];
    if (!isObject(inner)) return [{ path, expected: 'a map of settings', given: inner }];
    return keyViolations(inner, innerSection, path);
  });
}

function assign(target: object, path: readonly string[], value: unknown): void {
  const section = path.slice(0, -1).reduce<unknown>((inner, key) => (inner as JsonObject)[key], target);
  if (isObject(section)) (section as { [key: string]: unknown })[path.at(-1) ?? ''] = value;
}

function fieldViolations(configuration: Configuration): ConfigViolation[] {
  return new Validator().validateSync(configuration).flatMap((error) => violationsOf(error, []));
}

function violationsOf(
  { property, constraints, value, children }: ValidationError,
  parents: readonly string[],
): ConfigViolation[] {
  const path = [...parents, property];
  const expected = Object.values(constraints ?? {})[0];
  if (expected !== undefined) return [{ path, expected, given: value }];
  return (children ?? []).flatMap((child) => violationsOf(child, path));
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}
