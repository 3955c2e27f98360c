import type { Get, Write } from '../../cluster/api-client.js';
import { isTooLarge } from '../../cluster/api-error.js';
import { asList, asObject, type JsonObject } from '../../core/values/json.js';
import { ClusterError } from '../cluster-error.js';
import { type Connection, connect } from './connection/connect.js';
import { connectionError } from './connection/connection-error.js';
import { pathOf, RESOURCES, type Resource } from './resources.js';

/** The page size of kubectl. */
const PAGE_SIZE = 500;

/** How long the server may stay silent: longer than a busy one does, so that one which drops packets is noticed. */
const SILENCE = { answerMs: 30_000, bodyMs: 30_000 };

const JSON_TYPE = 'application/json';
const METADATA_LIST = `${JSON_TYPE};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,${JSON_TYPE}`;

/** Which objects of a resource to list. */
export interface ListOptions {
  /** All namespaces if undefined. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Lists only the metadata of the objects. */
  readonly metadataOnly?: boolean;
}

/** Reads and changes the objects of a cluster. Everything throws a `ClusterError` if a request fails. */
export class Cluster {
  readonly #signal: AbortSignal;

  constructor(
    readonly connection: Connection,
    signal: AbortSignal = new AbortController().signal,
  ) {
    this.#signal = signal;
  }

  async get(resource: Resource, name: string, namespace?: string): Promise<JsonObject> {
    return this.#request({ path: pathOf(resource, namespace, name), accept: JSON_TYPE });
  }

  /** Lists objects page by page, so that only one page is in memory. */
  async *pages(
    resource: Resource,
    { namespace, labelSelector, fieldSelector, metadataOnly }: ListOptions,
  ): AsyncGenerator<readonly JsonObject[], void, undefined> {
    let limit = PAGE_SIZE;
    let next: string | undefined;
    while (next !== '') {
      const query = new URLSearchParams({
        limit: String(limit),
        ...(labelSelector && { labelSelector }),
        ...(fieldSelector && { fieldSelector }),
        ...(next && { continue: next }),
      });
      const path = `${pathOf(resource, namespace)}?${query}`;
      try {
        const page = await this.#request({ path, accept: metadataOnly ? METADATA_LIST : JSON_TYPE });
        next = String(asObject(page.metadata).continue ?? '');
        yield asList(page.items).map(asObject);
      } catch (error) {
        if (limit === 1 || !(error instanceof ClusterError && isTooLarge(error.cause))) throw error;
        limit = Math.ceil(limit / 4); // The continue token is valid for any limit.
      }
    }
  }

  /** Lists all objects at once; for resources with few of them. */
  async list(resource: Resource, options: ListOptions): Promise<JsonObject[]> {
    const objects: JsonObject[] = [];
    for await (const page of this.pages(resource, options)) objects.push(...page);
    return objects;
  }

  /** Applies a JSON merge patch: datatracker.ietf.org/doc/html/rfc7386. */
  async merge(resource: Resource, name: string, namespace: string, patch: JsonObject): Promise<JsonObject> {
    return this.#request({
      method: 'PATCH',
      path: pathOf(resource, namespace, name),
      accept: JSON_TYPE,
      contentType: 'application/merge-patch+json',
      body: patch,
    });
  }

  /** Creates an object, or asks for a review. */
  async post(path: string, body: JsonObject): Promise<JsonObject> {
    return this.#request({ method: 'POST', path, accept: JSON_TYPE, contentType: JSON_TYPE, body });
  }

  /** Reads any path of the API, such as `/version`. */
  async raw(path: string): Promise<JsonObject> {
    return this.#request({ path, accept: JSON_TYPE });
  }

  /** Reads text from a port of a Pod, through the API server. */
  async proxied(pod: { name: string; namespace: string }, port: number, path: string): Promise<string> {
    const { client } = this.connection;
    const proxy = `${pathOf(RESOURCES.pods, pod.namespace, `${pod.name}:${port}`)}/proxy${path}`;
    const request = { path: proxy, accept: 'text/plain', signal: this.#signal, silence: SILENCE };
    try {
      return await client.text(request);
    } catch (error) {
      throw connectionError(error, this.connection);
    }
  }

  async #request(request: Unbounded<Get> | Unbounded<Write>): Promise<JsonObject> {
    try {
      const { client } = this.connection;
      return asObject(await client.json({ ...request, signal: this.#signal, silence: SILENCE }));
    } catch (error) {
      throw connectionError(error, this.connection);
    }
  }
}

type Unbounded<Request extends Get> = Omit<Request, 'signal' | 'silence'>;

/** Connects to a cluster, runs `work`, and closes the connections. */
export async function withCluster<T>(
  io: Parameters<typeof connect>[0],
  options: Parameters<typeof connect>[1],
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const connection = await connect(io, options);
  try {
    return await work(new Cluster(connection));
  } finally {
    connection.client.close();
  }
}
