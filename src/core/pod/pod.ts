import { isObject, type JsonObject, typeName } from '../values/json.js';
import { type Path, pathText } from '../values/path.js';

/**
 * The parts of a core/v1 Pod that the decision and the patch look at. Everything else stays raw JSON. An absent list or map may
 * be missing or `null` (both are what Go encodes for nil).
 */
export interface Pod {
  readonly metadata?: Metadata | null;
  readonly spec: PodSpec;
}

/** Part of an ObjectMeta. */
export interface Metadata {
  readonly annotations?: StringMap | null;
  readonly labels?: StringMap | null;
}

/** Annotations or labels. */
export type StringMap = { readonly [key: string]: string };

/** Part of a PodSpec. */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[] | null;
  readonly volumes?: readonly Named[] | null;
  readonly imagePullSecrets?: readonly Partial<Named>[] | null;
  readonly hostNetwork?: boolean;
  readonly nodeSelector?: StringMap | null;
  readonly os?: Partial<Named> | null;
  readonly restartPolicy?: string;
  readonly securityContext?: RunAs | null;
}

/** Part of a SecurityContext, and of a PodSecurityContext, which gives the defaults of it. */
export interface RunAs {
  readonly runAsUser?: number | null;
  readonly runAsGroup?: number | null;
}

/** An entry of a list that Kubernetes merges by name. */
export interface Named {
  readonly name: string;
}

/** Part of a Container. */
export interface Container extends Named {
  readonly restartPolicy?: string;
  readonly ports?: readonly { readonly containerPort?: number; readonly protocol?: string }[] | null;
  readonly securityContext?: RunAs | null;
}

/** The containers of a Pod, its init containers last. */
export function everyContainer({ spec }: Pod): readonly Container[] {
  return spec.initContainers ? [...spec.containers, ...spec.initContainers] : spec.containers;
}

/** Where a container of the Pod is in it. */
export function containerPath({ spec }: Pod, container: Container): Path {
  const index = spec.containers.indexOf(container);
  if (index >= 0) return ['spec', 'containers', index];
  return ['spec', 'initContainers', spec.initContainers?.indexOf(container) ?? -1];
}

/** What keeps an object from being read as a {@link Pod}. */
export interface Malformation {
  /** Below the object; empty where it is the object itself. */
  readonly path: Path;
  readonly expected: string;
  readonly given: string;
}

/**
 * The first malformation of an object, undefined if there is none. It covers just what the decision and the patch look at: a Pod
 * without containers is malformed too, because a proxy in it would make the API server accept what it has to reject.
 */
export function malformation(object: unknown): Malformation | undefined {
  if (!isObject(object)) return { path: [], expected: 'a Pod', given: typeName(object) };
  const { spec } = object;
  return (
    malformedMetadata(object) ??
    (isObject(spec) ? below('spec', malformedSpec(spec)) : wrong('spec', 'an object', spec))
  );
}

/** The first malformation of the annotations and labels of any object, undefined if there is none. */
export function malformedMetadata({ metadata }: JsonObject): Malformation | undefined {
  if (absent(metadata)) return undefined;
  if (!isObject(metadata)) return wrong('metadata', 'an object', metadata);
  const { annotations, labels } = metadata;
  return below('metadata', notStringMap('annotations', annotations) ?? notStringMap('labels', labels));
}

/** `spec.containers: expected a list, got a string` */
export function malformationText({ path, expected, given }: Malformation): string {
  return `${pathText(path) || 'object'}: expected ${expected}, got ${given}`;
}

function malformedSpec(spec: JsonObject): Malformation | undefined {
  const { containers } = spec;
  if (!Array.isArray(containers)) return wrong('containers', 'a list', containers);
  if (containers.length === 0) {
    return { path: ['containers'], expected: 'at least one container', given: 'none' };
  }
  return (
    malformedContainers('containers', containers) ??
    malformedContainers('initContainers', spec.initContainers) ??
    notObjects('volumes', spec.volumes) ??
    notObjects('imagePullSecrets', spec.imagePullSecrets) ??
    notStringMap('nodeSelector', spec.nodeSelector) ??
    notOptionalObject('os', spec.os) ??
    notOptionalObject('securityContext', spec.securityContext)
  );
}

function malformedContainers(field: string, containers: unknown): Malformation | undefined {
  const problem = notObjects(field, containers);
  if (problem !== undefined || absent(containers)) return problem;
  for (const [index, container] of (containers as JsonObject[]).entries()) {
    const { name, ports, securityContext } = container;
    const inner =
      typeof name === 'string'
        ? (notObjects('ports', ports) ?? notOptionalObject('securityContext', securityContext))
        : wrong('name', 'a string', name);
    if (inner !== undefined) return below(field, below(index, inner));
  }
  return undefined;
}

function notStringMap(field: string, value: unknown): Malformation | undefined {
  if (absent(value)) return undefined;
  if (!isObject(value)) return wrong(field, 'an object', value);
  for (const key of Object.keys(value)) {
    if (typeof value[key] !== 'string') return below(field, wrong(key, 'a string', value[key]));
  }
  return undefined;
}

function notObjects(field: string, value: unknown): Malformation | undefined {
  if (absent(value)) return undefined;
  if (!Array.isArray(value)) return wrong(field, 'a list', value);
  const index = value.findIndex((entry) => !isObject(entry));
  return index < 0 ? undefined : below(field, wrong(index, 'an object', value[index]));
}

function notOptionalObject(field: string, value: unknown): Malformation | undefined {
  return absent(value) || isObject(value) ? undefined : wrong(field, 'an object', value);
}

/** The malformation of a value that is a field or an entry of another. */
function below(key: string | number, problem: Malformation | undefined): Malformation | undefined {
  return problem && { ...problem, path: [key, ...problem.path] };
}

function absent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function wrong(key: string | number, expected: string, given: unknown): Malformation {
  return { path: [key], expected, given: typeName(given) };
}
