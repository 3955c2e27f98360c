import type { ApiClient } from '../cluster/api-client.js';
import { jsonLines } from '../cluster/json-lines.js';
import type { NamespaceFacts } from '../core/decision/subject.js';
import type { InformerTiming } from './informer-timing.js';
import {
  type NamespaceEvent,
  type NamespaceMetadata,
  namespaceEvent,
  namespaceMetadata,
  namespacePage,
} from './namespace-metadata.js';

const PATH = '/api/v1/namespaces';

/**
 * Asks for metadata only, which is all we read. A server that does not know it sends whole objects, whose metadata is in the
 * same place: kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources.
 */
const ACCEPT_OBJECT = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
const ACCEPT_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** All namespaces as they were at one resource version. */
export interface NamespaceList {
  readonly resourceVersion: string;
  readonly namespaces: Map<string, NamespaceFacts>;
}

/** One namespace as it is now; `name` must be the name of a namespace. */
export async function getNamespace(
  client: ApiClient,
  name: string,
  signal: AbortSignal,
): Promise<NamespaceMetadata> {
  return namespaceMetadata(await client.json({ path: `${PATH}/${name}`, accept: ACCEPT_OBJECT, signal }));
}

/**
 * All namespaces, page by page. All pages show the resource version of the first one; a `continue` token that has expired is
 * a 410, and the list has to start over: kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks.
 */
export async function listNamespaces(
  client: ApiClient,
  { pageSize, silenceMs }: InformerTiming,
  signal: AbortSignal,
): Promise<NamespaceList> {
  const silence = { answerMs: silenceMs, bodyMs: silenceMs };
  const namespaces = new Map<string, NamespaceFacts>();
  let resourceVersion: string | undefined;
  let next = '';
  do {
    const query = new URLSearchParams({ limit: String(pageSize), ...(next !== '' && { continue: next }) });
    const page = namespacePage(
      await client.json({ path: `${PATH}?${query}`, accept: ACCEPT_LIST, signal, silence }),
    );
    for (const { name, facts } of page.items) namespaces.set(name, facts);
    resourceVersion ??= page.resourceVersion;
    next = page.continue;
  } while (next !== '');
  return { resourceVersion, namespaces };
}

/**
 * The changes after a resource version, once the server has agreed to tell them; they end when it has done so for
 * `timeoutSeconds`, and throw on anything else. A connection that is silent for longer than that is dead:
 * kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes.
 */
export async function watchNamespaces(
  client: ApiClient,
  { silenceMs, watchTimeoutMs, watchMarginMs }: InformerTiming,
  resourceVersion: string,
  signal: AbortSignal,
): Promise<AsyncIterable<NamespaceEvent>> {
  const timeoutSeconds = Math.ceil((watchTimeoutMs * (1 + Math.random())) / 1000);
  const query = new URLSearchParams({
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion,
    timeoutSeconds: String(timeoutSeconds),
  });
  const stream = await client.stream({
    path: `${PATH}?${query}`,
    accept: ACCEPT_OBJECT,
    signal,
    silence: { answerMs: silenceMs, bodyMs: timeoutSeconds * 1000 + watchMarginMs },
  });
  return events(jsonLines(stream));
}

async function* events(lines: AsyncIterable<unknown>): AsyncGenerator<NamespaceEvent, void, undefined> {
  for await (const line of lines) yield namespaceEvent(line);
}
