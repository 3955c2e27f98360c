import { isObject, type JsonObject, typeName } from './json.js';

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

/**
 * What keeps an object from being read as a {@link Pod}, as `path: expected X, got Y`; undefined if nothing does. It covers
 * just what the decision and the patch look at: a Pod without containers is malformed too, because a proxy in it would make
 * the API server accept what it has to reject.
 */
export function malformation(object: unknown): string | undefined {
  if (!isObject(object)) return wrong('object', 'a Pod', object);
  const { metadata, spec } = object;
  return (
    malformedMetadata(metadata) ?? (isObject(spec) ? malformedSpec(spec) : wrong('spec', 'an object', spec))
  );
}

function malformedMetadata(metadata: unknown): string | undefined {
  if (absent(metadata)) return undefined;
  if (!isObject(metadata)) return wrong('metadata', 'an object', metadata);
  return (
    notStringMap('metadata.annotations', metadata.annotations) ??
    notStringMap('metadata.labels', metadata.labels)
  );
}

function malformedSpec(spec: JsonObject): string | undefined {
  if (!Array.isArray(spec.containers)) return wrong('spec.containers', 'a list', spec.containers);
  if (spec.containers.length === 0) return 'spec.containers: expected at least one container, got none';
  return (
    malformedContainers('spec.containers', spec.containers) ??
    malformedContainers('spec.initContainers', spec.initContainers) ??
    notObjects('spec.volumes', spec.volumes) ??
    notObjects('spec.imagePullSecrets', spec.imagePullSecrets) ??
    notStringMap('spec.nodeSelector', spec.nodeSelector) ??
    notOptionalObject('spec.os', spec.os) ??
    notOptionalObject('spec.securityContext', spec.securityContext)
  );
}

function malformedContainers(path: string, containers: unknown): string | undefined {
  const problem = notObjects(path, containers);
  if (problem !== undefined || absent(containers)) return problem;
  for (const [index, container] of (containers as JsonObject[]).entries()) {
    const { name, ports, securityContext } = container;
    if (typeof name !== 'string') return wrong(`${path}[${index}].name`, 'a string', name);
    const inner = notObjects('ports', ports) ?? notOptionalObject('securityContext', securityContext);
    if (inner !== undefined) return `${path}[${index}].${inner}`;
  }
  return undefined;
}

function notStringMap(path: string, value: unknown): string | undefined {
  if (absent(value)) return undefined;
  if (!isObject(value)) return wrong(path, 'an object', value);
  for (const key of Object.keys(value)) {
    if (typeof value[key] !== 'string')
      return wrong(`${path}[${JSON.stringify(key)}]`, 'a string', value[key]);
  }
  return undefined;
}

function notObjects(path: string, value: unknown): string | undefined {
  if (absent(value)) return undefined;
  if (!Array.isArray(value)) return wrong(path, 'a list', value);
  const index = value.findIndex((entry) => !isObject(entry));
  return index < 0 ? undefined : wrong(`${path}[${index}]`, 'an object', value[index]);
}

function notOptionalObject(path: string, value: unknown): string | undefined {
  return absent(value) || isObject(value) ? undefined : wrong(path, 'an object', value);
}

function absent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function wrong(path: string, expected: string, given: unknown): string {
  return `${path}: expected ${expected}, got ${typeName(given)}`;
}
