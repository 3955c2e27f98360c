import type { Fact, SubjectPart } from '../../core/decision/fields.js';
import { typeName } from '../../core/values/json.js';
import { type Path, pathText } from '../../core/values/path.js';

/** A value that was looked at, with where it comes from. */
export interface LocatedFact {
  /** In words: `pod annotation proxy-injection`. */
  readonly what: string;
  readonly source: SubjectPart;
  readonly path: string;
  /** Undefined where there is none; of the object as a whole only its type. */
  readonly value: unknown;
  /** `deploy.yaml:14:9`, an environment variable, an option, `default`; where there is no value, why it is not known. */
  readonly origin: string | undefined;
}

/** How to find where the values of each part of a subject come from. */
export type Origins = { readonly [source in SubjectPart]: (path: Path) => string } & {
  /** Why a value that is missing in a part is not known; undefined where it is known to be missing. */
  readonly doubt: (source: SubjectPart) => string | undefined;
};

/** A fact with where it comes from. */
export function located({ source, path, value }: Fact, origins: Origins): LocatedFact {
  return {
    what: whatOf(source, path),
    source,
    path: pathText(path),
    value: path.length === 0 ? typeName(value) : value,
    origin: value === undefined ? origins.doubt(source) : origins[source](path),
  };
}

/** Facts about the entries of a list as one; a list that is not there is left out where something else was looked at. */
export function summarised(facts: readonly LocatedFact[]): LocatedFact[] {
  const present = facts.filter(({ value, path }) => value !== undefined || !path.includes('*'));
  const groups = new Map<string, LocatedFact[]>();
  for (const fact of present.length > 0 ? present : facts) {
    const key = fact.path.replace(/\[\d+\]/g, '[*]');
    groups.set(key, [...(groups.get(key) ?? []), fact]);
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
  if (source === 'settings') return `setting ${pathText(path)}`;
  if (source === 'request') return `request ${pathText(path)}`;
  return pathText(path) || 'the object as a whole';
}
