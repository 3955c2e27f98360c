import { asObject, isAbsent, isObject, type JsonObject, valueAt, withValue } from '../../core/values/json.js';
import { Configuration } from '../schema/configuration.js';
import { type SettingEntry, settingsOf } from '../schema/setting.js';

/** The environment variable that names the configuration file. */
export const FILE_VARIABLE = 'INJECTOR_CONFIG';

const PREFIX = 'INJECTOR_';

/** `INJECTOR_PROXY_TCP_PORT` for `proxy.tcpPort`; undefined for free-form settings, which only a file can set. */
export function variableOf({ path, verbatim }: Pick<SettingEntry, 'path' | 'verbatim'>): string | undefined {
  if (verbatim) return undefined;
  return PREFIX + path.map((part) => part.replace(/[A-Z]/g, '_$&').toUpperCase()).join('_');
}

/** The `INJECTOR_*` variables. */
export interface EnvironmentValues {
  /** The values, converted to the types of their settings. */
  readonly values: readonly {
    readonly path: readonly string[];
    readonly variable: string;
    readonly value: unknown;
  }[];
  /** Variables that set no setting. */
  readonly unknown: readonly string[];
}

/** Reads all `INJECTOR_*` variables. Text that should be a number but is not stays text and fails validation. */
export function readEnvironment(env: NodeJS.ProcessEnv): EnvironmentValues {
  const entries = new Map(settingsOf(Configuration).map((entry) => [variableOf(entry), entry]));
  const variables = Object.keys(env).filter((name) => name.startsWith(PREFIX) && name !== FILE_VARIABLE);
  return {
    values: variables.flatMap((variable) => {
      const entry = entries.get(variable);
      return entry
        ? [{ path: entry.path, variable, value: converted(env[variable] ?? '', entry.default) }]
        : [];
    }),
    unknown: variables.filter((variable) => !entries.has(variable)),
  };
}

/** Applies the values to the content of the file. A section that is not an object is kept and fails validation. */
export function overlay(file: JsonObject, { values }: EnvironmentValues): JsonObject {
  return values.reduce<JsonObject>((base, { path, value }) => {
    const sections = path.slice(0, -1).map((_, depth) => valueAt(base, path.slice(0, depth + 1)));
    const canHold = sections.every((section) => isAbsent(section) || isObject(section));
    return canHold ? asObject(withValue(base, path, value)) : base;
  }, file);
}

function converted(value: string, fallback: unknown): unknown {
  if (typeof fallback === 'number') return /^-?\d+$/.test(value) ? Number(value) : value;
  if (!Array.isArray(fallback)) return value;
  return value.trim() === '' ? [] : value.split(',').map((part) => part.trim());
}
