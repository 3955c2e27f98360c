import { isObject, type JsonObject, withoutNulls } from '../../core/values/json.js';
import type { ValueType } from '../../core/values/value-type.js';
import { envoy } from './envoy.js';
import type { Preset, PresetInput } from './preset.js';

/** All presets by name. */
const PRESETS: { readonly [name: string]: Preset } = { envoy };

/** The name of a preset. */
export const PRESET: ValueType<string> = {
  expected: `the name of a preset (${Object.keys(PRESETS).join(', ')})`,
  parse: (text) => (Object.hasOwn(PRESETS, text) ? text : undefined),
  schema: { enum: Object.keys(PRESETS) },
};

/** A preset and its settings in one configuration. */
export interface AppliedPreset {
  readonly name: string;
  readonly settings: JsonObject;
}

/** The preset of a name; undefined if there is none. */
export function appliedPreset(name: unknown, input: PresetInput): AppliedPreset | undefined {
  if (typeof name !== 'string' || !Object.hasOwn(PRESETS, name)) return undefined;
  return { name, settings: PRESETS[name]?.(input) ?? {} };
}

/**
 * A configured value over that of a preset. Maps are merged: each of their fields replaces the field of the preset, as
 * a whole. Null counts as not configured.
 */
export function overPreset(preset: unknown, configured: unknown): unknown {
  if (configured === undefined || configured === null) return preset;
  if (!isObject(preset) || !isObject(configured)) return configured;
  return { ...preset, ...(withoutNulls(configured) as JsonObject) };
}
