import { stringify } from 'yaml';
import { asObject, type JsonObject } from '../../../core/values/json.js';
import type { Kinds } from '../../../manifests/kinds.js';
import { type ManifestFile, readManifests } from '../../../manifests/manifest-file.js';
import type { Cluster } from '../cluster.js';
import { RESOURCES, type Resource } from '../resources.js';
import { isUnreadable } from '../status/present.js';
import type { NamedObject } from '../workload-reference.js';

/** An object of a cluster, also as a manifest whose name is `pod/web`. */
export interface LiveObject {
  readonly named: NamedObject;
  readonly object: JsonObject;
  readonly manifests: ManifestFile;
}

/** Objects of a cluster, what decisions about them depend on, and which of that could not be read. */
export interface LiveObjects {
  readonly objects: readonly LiveObject[];
  /** The Namespace, the ServiceAccounts, and the webhook configurations. */
  readonly context: readonly ManifestFile[];
  readonly notes: readonly string[];
}

/** Gets objects, and what decisions about them depend on. Throws a `ClusterError` if an object cannot be read. */
export async function getLiveObjects(
  cluster: Cluster,
  names: readonly NamedObject[],
  kinds: Kinds,
): Promise<LiveObjects> {
  const { namespace } = cluster.connection;
  const objects: LiveObject[] = [];
  for (const named of names) {
    const object = await cluster.get(named.resource, named.name, namespace);
    objects.push({ named, object, manifests: manifestOf(object, named, kinds) });
  }
  const accounts = new Set(objects.map(({ object }) => accountOf(object)));
  const wanted: NamedObject[] = [
    { resource: RESOURCES.namespaces, name: namespace },
    ...[...accounts].map((name) => ({ resource: RESOURCES.serviceAccounts, name })),
  ];
  const context: ManifestFile[] = [];
  const notes: string[] = [];
  const unlessUnreadable = async (read: () => Promise<void>) => {
    try {
      await read();
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      notes.push(error.message);
    }
  };
  for (const named of wanted) {
    const scope = named.resource === RESOURCES.namespaces ? undefined : namespace;
    await unlessUnreadable(async () => {
      context.push(manifestOf(await cluster.get(named.resource, named.name, scope), named, kinds));
    });
  }
  await unlessUnreadable(async () => {
    const resource = RESOURCES.webhookConfigurations;
    for (const object of await cluster.list(resource, {})) {
      context.push(manifestOf(object, { resource, name: String(asObject(object.metadata).name) }, kinds));
    }
  });
  return { objects, context, notes };
}

/** `pod/web` */
export function nameOf({ resource, name }: NamedObject): string {
  return `${resource.kind.toLowerCase()}/${name}`;
}

function manifestOf(object: JsonObject, named: NamedObject, kinds: Kinds): ManifestFile {
  const { managedFields: _, ...metadata } = asObject(object.metadata);
  const text = stringify({ ...typeOf(named.resource), ...object, metadata }, { lineWidth: 0 });
  return readManifests(nameOf(named), text, kinds);
}

function typeOf({ api, kind }: Resource): JsonObject {
  return { apiVersion: api.replace(/^\/apis?\//, ''), kind };
}

/** The ServiceAccount of a Pod, or of a Pod template. */
function accountOf({ spec }: JsonObject): string {
  const { template, jobTemplate, ...own } = asObject(spec);
  const inner = asObject(template ?? asObject(asObject(jobTemplate).spec).template).spec;
  const { serviceAccountName } = asObject(inner ?? own);
  return String(serviceAccountName || 'default');
}
