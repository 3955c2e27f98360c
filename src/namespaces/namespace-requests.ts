import type { ApiClient } from '../cluster/api-client.js';
import { isTooLarge } from '../cluster/api-error.js';
import { jsonLines } from '../cluster/json-lines.js';
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
 * Requests only metadata, which is all the injector reads. A server without support for it sends whole objects, with
 * the metadata in the same place:
 * kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources.
 */
const ACCEPT_OBJECT = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
const ACCEPT_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** All namespaces at one resource version. */
export interface NamespaceList {
  readonly resourceVersion: string;
  readonly namespaces: Map<string, NamespaceMetadata>;
}

/** Gets one namespace. `name` must be a valid namespace name. */
export async function getNamespace(
  client: ApiClient,
  name: string,
  signal: AbortSignal,
): Promise<NamespaceMetadata> {
  return namespaceMetadata(await client.json({ path: `${PATH}/${name}`, accept: ACCEPT_OBJECT, signal }));
}

/**
 * Lists all namespaces, page by page. If a page is larger than the client reads, starts over with half the page size: a
 * `continue` token is valid only for the query that it came from.
 */
export async function listNamespaces(
  client: ApiClient,
  timing: InformerTiming,
  signal: AbortSignal,
): Promise<NamespaceList> {
  for (let { pageSize } = timing; ; pageSize = Math.ceil(pageSize / 2)) {
    try {
      return await listPages(client, { ...timing, pageSize }, signal);
    } catch (error) {
      if (pageSize === 1 || !isTooLarge(error)) throw error;
    }
  }
}

/**
 * All pages show the resource version of the first. An expired `continue` token is a 410, and the list must start over:
 * kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks.
 */
async function listPages(
  client: ApiClient,
  { pageSize, silenceMs }: InformerTiming,
  signal: AbortSignal,
): Promise<NamespaceList> {
  const silence = { answerMs: silenceMs, bodyMs: silenceMs };
  const namespaces = new Map<string, NamespaceMetadata>();
  let resourceVersion: string | undefined;
  let next = '';
  do {
    const query = new URLSearchParams({ limit: String(pageSize), ...(next !== '' && { continue: next }) });
    const page = namespacePage(
      await client.json({ path: `${PATH}?${query}`, accept: ACCEPT_LIST, signal, silence }),
    );
    for (const namespace of page.items) namespaces.set(namespace.name, namespace);
    resourceVersion ??= page.resourceVersion;
    next = page.continue;
  } while (next !== '');
  return { resourceVersion, namespaces };
}

/**
 * Watches the changes after a resource version. Resolves when the server accepts the watch. The events end when the
 * server ends the watch after `timeoutSeconds`, and throw on any failure; a connection that is silent for longer counts
 * as dead: kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes.
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
