import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsOptional, ValidateBy, ValidateNested } from './class-validator.js';
import type { Expectation } from './expectation.js';

/** The definition of a setting, besides its name and default. */
export interface SettingInfo extends Expectation {
  /** The description in the reference, in one or two sentences. */
  readonly help: string;
  /** Free-form YAML: copied without nulls, and not settable by an environment variable. */
  readonly verbatim?: true;
  /** A comma-separated list, which can also be given as a YAML list. */
  readonly list?: true;
  /** Only read at startup; a change needs a restart. */
  readonly restart?: true;
}

type SectionClass = new () => object;

const INFO = Symbol('setting');
const SECTION = Symbol('section');
const KEYS = Symbol('keys');

/** Declares a setting of a configuration class: its validation with class-validator and its documentation. */
export function Setting(info: SettingInfo): PropertyDecorator {
  return (target, key) => {
    remember(target, key);
    Reflect.defineMetadata(INFO, info, target, key);
    IsOptional()(target, key);
    ValidateBy({
      name: 'setting',
      validator: { validate: info.check, defaultMessage: () => info.expected },
    })(target, key);
  };
}

/** Declares a section: a group of settings with its own class. */
export function Section(section: SectionClass): PropertyDecorator {
  return (target, key) => {
    remember(target, key);
    Reflect.defineMetadata(SECTION, section, target, key);
    Type(() => section)(target, key);
    ValidateNested({ message: 'a map of settings' })(target, key);
  };
}

/** A setting with its path, such as `['proxy', 'tcpPort']`. */
export interface SettingEntry extends SettingInfo {
  readonly path: readonly string[];
  readonly default: unknown;
}

/** All settings of a configuration class and its sections, in source order, with their defaults. */
export function settingsOf(section: SectionClass, path: readonly string[] = []): SettingEntry[] {
  const defaults = new section() as { [key: string]: unknown };
  return keysOf(section).flatMap((key) => {
    const inner: SectionClass | undefined = Reflect.getMetadata(SECTION, section.prototype, key);
    if (inner !== undefined) return settingsOf(inner, [...path, key]);
    const info: SettingInfo = Reflect.getMetadata(INFO, section.prototype, key);
    return [{ ...info, path: [...path, key], default: defaults[key] }];
  });
}

/** The description of a setting for users, with its valid values. */
export function settingText({ help, expected, restart }: SettingInfo): string {
  return [help, `Value: ${expected}.`, restart && 'Only read at startup.'].filter(Boolean).join(' ');
}

/** The settings and sections that a configuration class declares itself. */
export function keysOf(section: SectionClass): readonly string[] {
  return Reflect.getMetadata(KEYS, section.prototype) ?? [];
}

/** The class of a section; undefined if the key is not a section. */
export function sectionOf(section: SectionClass, key: string): SectionClass | undefined {
  return Reflect.getMetadata(SECTION, section.prototype, key);
}

function remember(target: object, key: string | symbol): void {
  Reflect.defineMetadata(KEYS, [...(Reflect.getOwnMetadata(KEYS, target) ?? []), String(key)], target);
}
