import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { RESOURCES, type Resource } from '../../src/cli/cluster/resources.js';
import { asObject, isObject, type JsonObject, valueAt } from '../../src/core/values/json.js';

/** An object with what a cluster knows it by. */
export interface ClusterObject extends JsonObject {
  readonly kind: string;
  readonly metadata: JsonObject & { readonly name: string; readonly namespace?: string };
}

/** A request that the server got: `GET /api/v1/pods?limit=500`. */
export type RequestLine = string;

/**
 * The part of the Kubernetes API that the cluster commands use, on a real socket: get, list with pages and selectors,
 * and merge patches, of objects in memory.
 */
export class FakeCluster {
  readonly requests: RequestLine[] = [];
  /** Patterns of request lines that get a 403. */
  readonly forbidden: RegExp[] = [];
  /** Texts that the server answers to requests that match. */
  readonly texts: [RegExp, string][] = [];
  /** Answers to the next requests that match. */
  readonly failing: { readonly pattern: RegExp; readonly code: number; times: number }[] = [];
  readonly #objects = new Map<string, ClusterObject>();
  readonly #server: Server = createServer((request, response) => void this.#receive(request, response));
  /** Called after each change of an object. */
  onChange: (object: ClusterObject) => void = () => {};

  /** Listens on a free port of 127.0.0.1. */
  static async start(...objects: readonly ClusterObject[]): Promise<FakeCluster> {
    const cluster = new FakeCluster();
    cluster.put(...objects);
    await new Promise<void>((resolve) => cluster.#server.listen(0, '127.0.0.1', resolve));
    return cluster;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Creates objects, or replaces them. */
  put(...objects: readonly ClusterObject[]): void {
    for (const object of objects) this.#objects.set(keyOf(object), object);
  }

  get(kind: string, name: string, namespace?: string): ClusterObject | undefined {
    return this.#objects.get(keyOf({ kind, metadata: { name, ...(namespace && { namespace }) } }));
  }

  /** Writes a kubeconfig with these contexts; the first is the current one. */
  kubeconfig(path: string, contexts: readonly string[] = ['fake'], namespace?: string): string {
    const { port } = this.#server.address() as AddressInfo;
    const config = {
      'current-context': contexts[0],
      contexts: contexts.map((name) => ({
        name,
        context: { cluster: 'c', user: 'u', ...(namespace && { namespace }) },
      })),
      clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: 'u', user: { token: 'secret' } }],
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const line = `${method} ${decodeURIComponent(url)}`;
    this.requests.push(line);
    const body = method === 'GET' ? undefined : await json(request);
    const send = (code: number, object: unknown) => response.writeHead(code).end(JSON.stringify(object));
    const fail = (code: number, reason: string, message: string) =>
      send(code, { kind: 'Status', reason, message });
    const { pathname, searchParams: query } = new URL(url, 'http://fake');
    const target = targetOf(pathname);
    const failure = this.failing.find(({ pattern, times }) => times > 0 && pattern.test(line));
    const [, text] = this.texts.find(([pattern]) => pattern.test(line)) ?? [];
    if (text !== undefined) response.end(text);
    else if (failure !== undefined) {
      failure.times -= 1;
      fail(failure.code, 'InternalError', `${failure.code} for a test`);
    } else if (this.forbidden.some((pattern) => pattern.test(line))) {
      fail(403, 'Forbidden', `${target?.resource.plural} is forbidden: User "dev" cannot do that`);
    } else if (target === undefined)
      fail(404, 'NotFound', 'the server could not find the requested resource');
    else if (target.name === undefined) send(200, this.#list(target, query));
    else {
      const { resource, name, namespace } = target;
      const object = this.get(resource.kind, name, namespace);
      if (object === undefined) fail(404, 'NotFound', `${resource.plural} "${name}" not found`);
      else send(200, method === 'PATCH' ? this.#patch(object, body) : object);
    }
  }

  #patch(object: ClusterObject, patch: unknown): ClusterObject {
    const patched = merged(object, patch) as ClusterObject;
    this.put(patched);
    this.onChange(patched);
    return patched;
  }

  #list({ resource, namespace }: Target, query: URLSearchParams): object {
    const labels = pairsIn(query.get('labelSelector'));
    const fields = pairsIn(query.get('fieldSelector'));
    const items = [...this.#objects.values()].filter(
      (object) =>
        object.kind === resource.kind &&
        (namespace === undefined || object.metadata.namespace === namespace) &&
        labels.every(([key, value]) => asObject(object.metadata.labels)[key] === value) &&
        fields.every(([path, value]) => valueAt(object, path.split('.')) === value),
    );
    const start = Number(query.get('continue') ?? 0);
    const end = start + Number(query.get('limit') ?? items.length);
    return {
      metadata: end < items.length ? { continue: String(end) } : {},
      items: items.slice(start, end).map(({ kind: _, ...item }) => item),
    };
  }
}

/** The pairs of a selector such as `app=web,tier=front`. */
function pairsIn(selector: string | null): [string, string][] {
  return (selector ?? '')
    .split(',')
    .filter(Boolean)
    .map((pair) => pair.split('=') as [string, string]);
}

interface Target {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

function targetOf(path: string): Target | undefined {
  const [, api, namespaced, plural, name] =
    /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?$/.exec(path) ??
    [];
  const resource = Object.values(RESOURCES).find((each) => each.api === api && each.plural === plural);
  return resource && { resource, namespace: namespaced, name };
}

function keyOf({ kind, metadata }: Pick<ClusterObject, 'kind' | 'metadata'>): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

/** datatracker.ietf.org/doc/html/rfc7386 */
function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Record<string, unknown> = { ...asObject(target) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}
