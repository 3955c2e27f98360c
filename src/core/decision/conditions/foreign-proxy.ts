import { containerPath, everyContainer, type Pod } from '../../pod/pod.js';
import type { ForeignProxy } from '../../settings/settings.js';
import { shown } from '../../values/json.js';
import type { StringMap } from '../../values/shape.js';
import type { Evaluation, FieldMatch } from '../evaluation.js';

/**
 * Finds the field by which a Pod belongs to another mesh: a container that the mesh adds, or an annotation or label
 * that the mesh adds or that asks for it.
 */
export function foreignProxy({ pod, settings }: Evaluation): FieldMatch | undefined {
  return foreignContainer(pod, settings.foreignProxies) ?? foreignMetadata(pod, settings.foreignProxies);
}

/** Finds the container before its mesh, so that the many others cost little: a Pod can have thousands. */
function foreignContainer(pod: Pod, proxies: readonly ForeignProxy[]): FieldMatch | undefined {
  const patterns = proxies.flatMap(({ containers }) => containers ?? []);
  const names = new Set(patterns);
  const prefixes = patterns.filter(isPrefix).map(prefixOf);
  const container = everyContainer(pod).find(
    ({ name }) => names.has(name) || prefixes.some((prefix) => name.startsWith(prefix)),
  );
  if (container === undefined) return undefined;
  const mesh = proxies.find(({ containers }) => containers?.some((name) => matches(name, container.name)));
  return {
    path: [...containerPath(pod, container), 'name'],
    text: `Container ${shown(container.name)} (${mesh?.name}).`,
  };
}

function foreignMetadata({ metadata }: Pod, proxies: readonly ForeignProxy[]): FieldMatch | undefined {
  for (const { name, metadata: marks } of proxies) {
    for (const mark of marks ?? []) {
      const annotation = keyOf(mark, metadata?.annotations);
      if (annotation !== undefined) {
        return { path: ['metadata', 'annotations', annotation], text: `Annotation ${annotation} (${name}).` };
      }
      const label = keyOf(mark, metadata?.labels);
      if (label !== undefined) {
        return { path: ['metadata', 'labels', label], text: `Label ${label} (${name}).` };
      }
    }
  }
  return undefined;
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

/** The key of a mark that the map has; undefined if it does not, or not with the value. */
function keyOf(mark: string, map: StringMap | null | undefined): string | undefined {
  const [key = '', ...value] = mark.split('=');
  if (!map || !Object.hasOwn(map, key)) return undefined;
  return value.length === 0 || map[key] === value.join('=') ? key : undefined;
}
