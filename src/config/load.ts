import { plainToInstance } from 'class-transformer';
import type { ValidationError } from 'class-validator';
import { isObject, type JsonObject, valueAt } from '../core/values/json.js';
import { ConfigurationError } from './configuration-error.js';
import { overlay } from './environment.js';
import { Validator } from './schema/class-validator.js';
import type { ConfigViolation } from './schema/config-violation.js';
import { Configuration } from './schema/configuration.js';
import { keysOf, sectionOf, settingsOf } from './schema/setting.js';
import { semanticViolations } from './semantic-violations.js';
import { nearestOrigin, readSources, type Sources } from './sources.js';

/** A valid configuration and where it came from. */
export interface LoadedConfiguration {
  /** Frozen, all the way down. */
  readonly configuration: Configuration;
  /** The path of the file, undefined if there is none. */
  readonly file: string | undefined;
  /** `INJECTOR_*` variables that are no setting. */
  readonly unknownVariables: readonly string[];
}

/**
 * The configuration of an environment: the defaults, the file that `INJECTOR_CONFIG` names, and single values from
 * `INJECTOR_*`, each laid over the one before. Throws {@link ConfigurationError} with every problem there is.
 */
export function loadConfiguration(env: NodeJS.ProcessEnv): LoadedConfiguration {
  return validateSources(readSources(env));
}

/** The configuration that the sources come to. Throws {@link ConfigurationError} with every problem there is. */
export function validateSources(sources: Sources): LoadedConfiguration {
  const { file, environment } = sources;
  const given = overlay(file?.content ?? {}, environment);
  const configuration = instantiate(given);
  const violations = [
    ...keyViolations(given, Configuration),
    ...fieldViolations(configuration),
    ...semanticViolations(configuration),
  ];
  if (violations.length > 0) {
    throw new ConfigurationError(
      file?.path ?? 'environment',
      violations.map((violation) => ({
        ...violation,
        origin: violation.origin ?? nearestOrigin(violation.path, sources),
      })),
    );
  }
  return { configuration: freeze(configuration), file: file?.path, unknownVariables: environment.unknown };
}

/** Settings that are missing or null get their default; free-form settings are taken over as they are. */
function instantiate(given: JsonObject): Configuration {
  const configuration = plainToInstance(Configuration, plain(given, Configuration), {
    exposeDefaultValues: true,
  });
  for (const { path, verbatim } of settingsOf(Configuration)) {
    const value = valueAt(given, path);
    if (verbatim && value !== undefined && value !== null) assign(configuration, path, value);
  }
  return configuration;
}

/**
 * What class-transformer is given: without nulls (`key:` with nothing behind it is null in YAML, and means that the setting is
 * not set), with `skipInboundPorts: 80` as the text that it stands for, without unknown keys and without free-form settings, in
 * which it stumbles over keys such as `constructor`.
 */
function plain(value: JsonObject, section: new () => object): JsonObject {
  const settings = new Map(settingsOf(section).map((entry) => [entry.path.join('.'), entry]));
  const keys = keysOf(section).filter((key) => Object.hasOwn(value, key) && !settings.get(key)?.verbatim);
  const entries = keys.map((key) => {
    const inner = value[key];
    const innerSection = sectionOf(section, key);
    if (innerSection) return [key, isObject(inner) ? plain(inner, innerSection) : null] as const;
    const isTextSetting = typeof settings.get(key)?.default === 'string';
    return [key, isTextSetting && typeof inner === 'number' ? String(inner) : inner] as const;
  });
  return Object.fromEntries(entries.filter(([, inner]) => inner !== null));
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
    if (!isObject(inner)) return [{ path, expected: 'a section of settings', given: inner }];
    return keyViolations(inner, innerSection, path);
  });
}

function assign(target: object, path: readonly string[], value: unknown): void {
  const holder = path.slice(0, -1).reduce<unknown>((inner, key) => (inner as JsonObject)[key], target);
  if (isObject(holder)) (holder as { [key: string]: unknown })[path.at(-1) ?? ''] = value;
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
