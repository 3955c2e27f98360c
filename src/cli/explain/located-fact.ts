import type { Fact, SubjectPart } from '../../core/decision/fields.js';
import { typeName } from '../../core/values/json.js';
import { type Path, pathText } from '../../core/values/path.js';

/** A fact, and where its value comes from. */
export interface LocatedFact {
  /** For display: `pod annotation proxy-injection`. */
  readonly what: string;
  readonly source: SubjectPart;
  readonly path: string;
  /** Undefined if it is not set. For a whole object only its type. */
  readonly value: unknown;
  /** `deploy.yaml:14:9`, an environment variable, an option, or `default`; without a value, why it is unknown. */
  readonly origin: string | undefined;
}

/** Finds where the values of each part of a subject come from. */
export type Origins = { readonly [source in SubjectPart]: (path: Path) => string } & {
  /** Why a missing value is unknown; undefined if it is known not to be set. */
  readonly whyUnknown: (source: SubjectPart, path: Path) => string | undefined;
};

/** Adds the origin to a fact. */
export function locateFact({ source, path, value }: Fact, origins: Origins): LocatedFact {
  return {
    what: whatOf(source, path),
    source,
    path: textOf(path),
    value: path.length === 0 ? typeName(value) : value,
    origin: value === undefined ? origins.whyUnknown(source, path) : origins[source](path),
  };
}

/** Combines the facts about the entries of a list into one. Leaves out missing lists if the rule read anything else. */
export function summarized(facts: readonly LocatedFact[]): LocatedFact[] {
  const present = facts.filter(({ value, path }) => value !== undefined || !path.includes('*'));
  const groups = new Map<string, LocatedFact[]>();
  for (const fact of present.length > 0 ? present : facts) {
    const key = fact.path.includes('[') ? fact.path.replace(/\[\d+\]/g, '[*]') : fact.path;
    const group = groups.get(key);
    if (group) group.push(fact);
    else groups.set(key, [fact]);
  }
  return [...groups].flatMap(([path, group]) => {
    const [first] = group;
    if (first === undefined || group.length === 1) return group;
    return [{ ...first, what: path, value: group.map(({ value }) => value) }];
  });
}

function whatOf(source: SubjectPart, path: Path): string {
  const [field, key] = path.slice(-2);
  if (path.length > 1 && field === 'annotations') return `${source} annotation ${key}`;
  if (path.length > 1 && field === 'labels') return `${source} label ${key}`;
  if (source === 'settings') return `setting ${textOf(path)}`;
  if (source === 'request') return `request ${textOf(path)}`;
  return textOf(path) || 'the whole object';
}

/** The texts of paths, most of which all workloads share. */
const TEXTS = new WeakMap<Path, string>();

function textOf(path: Path): string {
  const known = TEXTS.get(path);
  if (known !== undefined) return known;
  const text = pathText(path);
  TEXTS.set(path, text);
  return text;
}
