import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsOptional, ValidateBy, ValidateNested } from './class-validator.js';
import type { Expectation } from './expectation.js';

/** What is known about one setting beside its name and its default. */
export interface SettingInfo extends Expectation {
  /** One sentence for the reference. */
  readonly help: string;
  /** Free-form YAML: kept as it is, and not to be set by an environment variable. */
  readonly verbatim?: true;
  /** Read once at the start; a change needs a restart. */
  readonly restart?: true;
}

type SectionClass = new () => object;

const INFO = Symbol('setting');
const SECTION = Symbol('section');
const KEYS = Symbol('keys');

/** A setting of a configuration class: its validation by class-validator and its documentation in one place. */
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

/** A group of settings, which is a class of its own. */
export function Section(section: SectionClass): PropertyDecorator {
  return (target, key) => {
    remember(target, key);
    Reflect.defineMetadata(SECTION, section, target, key);
    Type(() => section)(target, key);
    ValidateNested({ message: 'a section of settings' })(target, key);
  };
}

/** One setting with its place: `proxy.tcpPort`. */
export interface SettingEntry extends SettingInfo {
  readonly path: readonly string[];
  readonly default: unknown;
}

/** Every setting below a configuration class, in the order of its source, with the defaults that the class gives. */
export function settingsOf(section: SectionClass, path: readonly string[] = []): SettingEntry[] {
  const defaults = new section() as { [key: string]: unknown };
  return keysOf(section).flatMap((key) => {
    const inner: SectionClass | undefined = Reflect.getMetadata(SECTION, section.prototype, key);
    if (inner !== undefined) return settingsOf(inner, [...path, key]);
    const info: SettingInfo = Reflect.getMetadata(INFO, section.prototype, key);
    return [{ ...info, path: [...path, key], default: defaults[key] }];
  });
}

/** The keys of one configuration class, settings and sections. */
export function keysOf(section: SectionClass): readonly string[] {
  return Reflect.getMetadata(KEYS, section.prototype) ?? [];
}

/** The class of a section below a configuration class, undefined if the key is not a section. */
export function sectionOf(section: SectionClass, key: string): SectionClass | undefined {
  return Reflect.getMetadata(SECTION, section.prototype, key);
}

function remember(target: object, key: string | symbol): void {
  Reflect.defineMetadata(KEYS, [...(Reflect.getOwnMetadata(KEYS, target) ?? []), String(key)], target);
}
