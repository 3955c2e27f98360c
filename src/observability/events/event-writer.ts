import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { ApiClient, Write } from '../../cluster/api-client.js';
import { ApiError, isNotFound } from '../../cluster/api-error.js';
import type { PodEvent } from './pod-event.js';

const API_VERSION = 'events.k8s.io/v1';

/** How long a request may take. */
const TIMEOUT_MS = 5_000;

/** The longest name of the Pod that the API server accepts in an Event. */
const MAX_INSTANCE = 128;

/** Leaves room for the dot and the hash. */
const MAX_OWNER_IN_NAME = 200;

/**
 * Writes Events. The name of an Event is made from what it says, so that all replicas write the same one: the first
 * creates it, and who comes later makes it a series.
 */
export class EventWriter {
  constructor(private readonly client: ApiClient) {}

  /** `count` is how often it happened. Rejects with an {@link ApiError}. */
  async write(event: PodEvent, count: number): Promise<void> {
    const name = nameOf(event);
    const create = () => this.#send('POST', event.namespace, '', eventObject(event, name));
    const update = () => this.#send('PATCH', event.namespace, `/${name}`, { series: seriesOf(count) });
    const [first, second, isOther] =
      count === 1 ? ([create, update, isExisting] as const) : ([update, create, isNotFound] as const);
    try {
      await first();
    } catch (error) {
      if (!isOther(error)) throw error;
      await second();
    }
  }

  async #send(method: Write['method'], namespace: string, path: string, body: object): Promise<void> {
    await this.client.json({
      method,
      path: `/apis/${API_VERSION}/namespaces/${namespace}/events${path}`,
      accept: 'application/json',
      contentType: method === 'POST' ? 'application/json' : 'application/merge-patch+json',
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }
}

/** Whether another replica, or this one before it started again, has created the Event. */
function isExisting(error: unknown): boolean {
  return error instanceof ApiError && error.reason === 'AlreadyExists';
}

/** An Event as the API server expects it: kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1. */
function eventObject({ namespace, owner, type, action, reason, note }: PodEvent, name: string): object {
  return {
    apiVersion: API_VERSION,
    kind: 'Event',
    metadata: { name, namespace },
    regarding: { ...owner, namespace },
    type,
    action,
    reason,
    note,
    eventTime: microTime(),
    reportingController: 'proxy-injector',
    reportingInstance: hostname().slice(0, MAX_INSTANCE),
  };
}

/** Two is the least that the API server accepts. */
function seriesOf(count: number): object {
  return { count: Math.max(2, count), lastObservedTime: microTime() };
}

function nameOf({ owner, reason, note }: PodEvent): string {
  const hash = createHash('sha256').update(`${owner.uid}\n${reason}\n${note}`).digest('hex').slice(0, 16);
  return `${owner.name.slice(0, MAX_OWNER_IN_NAME).replace(/[^a-z0-9]+$/, '')}.${hash}`;
}

/** Kubernetes' MicroTime, which has exactly six digits. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
