import { isAbsent, isObject, type JsonObject, valueAt } from '../core/values/json.js';
import type { Path } from '../core/values/path.js';
import { EVERY, TEMPLATE_PATH, type WorkloadKind } from '../core/values/workload-kind.js';
import { podTemplatesIn } from './pod-templates.js';
import { type KnownKind, WORKLOAD_KINDS } from './workload-kinds.js';

/** The other kinds that are read. */
const CONTEXT_KINDS = [
  'v1/Namespace',
  'v1/ServiceAccount',
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration',
];

/** An object of a document: a workload, one of {@link CONTEXT_KINDS}, or one with Pod templates that are not edited. */
export interface FoundObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly object: JsonObject;
  /** The path of the object in the document. */
  readonly path: Path;
  readonly isWorkload: boolean;
  /** The paths in the document of the Pods or Pod templates to edit. A missing one that is required is included. */
  readonly pods: readonly Path[];
  /** Undefined for an unknown kind, and for those that are no workloads. */
  readonly known: KnownKind | undefined;
  /** The paths in the object of Pod templates that are not edited. */
  readonly others: readonly Path[];
}

/** The known kinds: the built-in ones, and those of the configuration, which win. */
export class Kinds {
  readonly #kinds: ReadonlyMap<string, KnownKind>;

  constructor(configured: readonly WorkloadKind[] = []) {
    const all: readonly KnownKind[] = [...WORKLOAD_KINDS, ...configured];
    this.#kinds = new Map(all.map((each) => [`${each.group}/${each.kind}`, each]));
  }

  /**
   * Finds the objects of a document in order, including those in a List (`List`, `PodList`, ...), whose items may omit
   * their kind.
   */
  find(object: unknown, path: Path = []): FoundObject[] {
    if (!isObject(object)) return [];
    const { apiVersion, kind, items } = object;
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') return [];
    if (kind.endsWith('List') && Array.isArray(items)) {
      const itemKind = itemTypeOf({ apiVersion, kind });
      return items.flatMap((item, index) =>
        isObject(item) ? this.find({ ...itemKind, ...item }, [...path, 'items', index]) : [],
      );
    }
    const known = this.#kinds.get(`${groupOf(apiVersion)}/${kind}`);
    const isContext = CONTEXT_KINDS.includes(`${apiVersion}/${kind}`);
    const templates =
      known === undefined ? [] : known.templates.flatMap((template) => existing(template, object));
    const { pods, others } = isContext ? { pods: [], others: [] } : placesIn(object, known, templates);
    if (pods.length === 0 && others.length === 0 && !isContext) return [];
    const metadata = isObject(object.metadata) ? object.metadata : {};
    const { name, generateName, namespace } = metadata;
    return [
      {
        apiVersion,
        kind,
        name: text(name) ?? text(generateName) ?? '',
        namespace: text(namespace),
        object,
        path,
        isWorkload: !isContext,
        pods: pods.map((each) => [...path, ...each]),
        known,
        others,
      },
    ];
  }
}

/** The Pod templates of an object to edit, and the others. */
function placesIn(
  object: JsonObject,
  known: KnownKind | undefined,
  templates: readonly Path[],
): { readonly pods: readonly Path[]; readonly others: readonly Path[] } {
  if (known?.unedited !== undefined) return { pods: [], others: templates };
  if (known?.templates.length === 0) return { pods: [], others: [] };
  const pods = templates.length === 0 && known && isRequired(known) ? [required(known)] : templates;
  return { pods, others: podTemplatesIn(object, pods) };
}

/** Whether objects of a kind can have several Pod templates, so that a name does not say which one is meant. */
export function hasSeveralTemplates({ templates }: WorkloadKind): boolean {
  return templates.length > 1 || templates.some((template) => template.includes(EVERY));
}

/** The type of a List's items that name none; empty for the kind `List`, whose items have to. */
export function itemTypeOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): {
  apiVersion?: string;
  kind?: string;
} {
  return kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
}

/** The API group of an `apiVersion`; empty for the core group. */
export function groupOf(apiVersion: string): string {
  if (apiVersion === 'v1') return '';
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : apiVersion;
}

/** The API server requires the template of its own kinds. Others may refer to one: a Rollout has `workloadRef`. */
function isRequired({ group, templates }: KnownKind): boolean {
  return templates.length === 1 && !group.includes('.');
}

function required({ templates: [template = ''] }: KnownKind): Path {
  return TEMPLATE_PATH.parse(template) ?? [];
}

/** The paths at which an object has a value, where `template` can be several. */
function existing(template: string, object: JsonObject): Path[] {
  const steps = TEMPLATE_PATH.parse(template) ?? [];
  return steps.reduce<Path[]>(
    (paths, step) =>
      paths.flatMap((path): Path[] => {
        const value = valueAt(object, path);
        if (step !== EVERY) return isAbsent(valueAt(value, [step])) ? [] : [[...path, step]];
        const keys = Array.isArray(value) ? [...value.keys()] : isObject(value) ? Object.keys(value) : [];
        return keys.filter((key) => !isAbsent(valueAt(value, [key]))).map((key) => [...path, key]);
      }),
    [[]],
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
