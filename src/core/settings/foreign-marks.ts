import type { ForeignProxy } from './settings.js';

/** The setting `foreignProxies`, prepared once for all Pods. */
export interface ForeignMarks {
  readonly proxies: readonly ForeignProxy[];
  readonly names: ReadonlySet<string>;
  /** What names of containers begin with. */
  readonly prefixes: readonly string[];
  readonly metadata: readonly ForeignMark[];
}

/** An annotation or label of another mesh: any with the key, or only one with the value. */
export interface ForeignMark {
  readonly mesh: string;
  readonly key: string;
  readonly value: string | undefined;
}

/** Prepares the setting `foreignProxies`. */
export function foreignMarks(proxies: readonly ForeignProxy[]): ForeignMarks {
  const patterns = proxies.flatMap(({ containers }) => containers ?? []);
  return {
    proxies,
    names: new Set(patterns),
    prefixes: patterns.filter(isPrefix).map(prefixOf),
    metadata: proxies.flatMap(({ name, metadata }) => (metadata ?? []).map((mark) => markOf(mark, name))),
  };
}

/** The name of the mesh that adds a container of this name. */
export function meshOfContainer({ proxies }: ForeignMarks, name: string): string | undefined {
  return proxies.find(({ containers }) => containers?.some((pattern) => matches(pattern, name)))?.name;
}

function markOf(text: string, mesh: string): ForeignMark {
  const [key = '', ...value] = text.split('=');
  return { mesh, key, value: value.length === 0 ? undefined : value.join('=') };
}

function matches(pattern: string, name: string): boolean {
  return isPrefix(pattern) ? name.startsWith(prefixOf(pattern)) : name === pattern;
}

function isPrefix(pattern: string): boolean {
  return pattern.endsWith('*');
}

function prefixOf(pattern: string): string {
  return pattern.slice(0, -1);
}
