import { containerPath, everyContainer, type Pod } from '../../pod/pod.js';
import { type ForeignMark, type ForeignMarks, meshOfContainer } from '../../settings/foreign-marks.js';
import { shown } from '../../values/json.js';
import type { StringMap } from '../../values/shape.js';
import type { Evaluation, FieldMatch } from '../evaluation.js';

/**
 * Finds the field by which a Pod belongs to another mesh: a container that the mesh adds, or an annotation or label
 * that the mesh adds or that asks for it.
 */
export function foreignProxy({ pod, foreign }: Evaluation): FieldMatch | undefined {
  return foreignContainer(pod, foreign) ?? foreignMetadata(pod, foreign);
}

/** Finds the container before its mesh, so that the many others cost little: a Pod can have thousands. */
function foreignContainer(pod: Pod, foreign: ForeignMarks): FieldMatch | undefined {
  const { names, prefixes } = foreign;
  const container = everyContainer(pod).find(
    ({ name }) => names.has(name) || prefixes.some((prefix) => name.startsWith(prefix)),
  );
  if (container === undefined) return undefined;
  return {
    path: [...containerPath(pod, container), 'name'],
    text: `Container ${shown(container.name)} (${meshOfContainer(foreign, container.name)}).`,
  };
}

function foreignMetadata({ metadata }: Pod, foreign: ForeignMarks): FieldMatch | undefined {
  for (const mark of foreign.metadata) {
    const { mesh, key } = mark;
    if (isOn(metadata?.annotations, mark)) {
      return { path: ['metadata', 'annotations', key], text: `Annotation ${key} (${mesh}).` };
    }
    if (isOn(metadata?.labels, mark)) {
      return { path: ['metadata', 'labels', key], text: `Label ${key} (${mesh}).` };
    }
  }
  return undefined;
}

function isOn(map: StringMap | null | undefined, { key, value }: ForeignMark): boolean {
  if (!map || !Object.hasOwn(map, key)) return false;
  return value === undefined || map[key] === value;
}
