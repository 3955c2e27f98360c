import { asObject, type JsonObject } from '../../../core/values/json.js';
import { plain } from '../../output/plain.js';
import type { Cluster } from '../cluster.js';
import { controllerOf, type ObjectReference, Owners, referenceText } from '../owners.js';
import { RESOURCES } from '../resources.js';

/** An Event about an object. */
export interface ObjectEvent {
  /** When it happened last, in RFC 3339. */
  readonly time: string;
  readonly type: string;
  readonly reason: string;
  /** `replicaset/web-7bd5` */
  readonly object: string;
  readonly count: number;
  readonly message: string;
}

/** How many of the last Events are shown. */
const LAST = 10;

/**
 * The last Events about an object and its controllers, and, for a Deployment, about its ReplicaSets: if the webhook
 * denies a Pod, the controller that tried to create it has the Event.
 */
export async function eventsOf(cluster: Cluster, object: JsonObject, kind: string): Promise<ObjectEvent[]> {
  const events: ObjectEvent[] = [];
  for (const { namespace, kind: of, name } of await related(cluster, object, kind)) {
    const fieldSelector = `involvedObject.kind=${of},involvedObject.name=${name}`;
    for await (const page of cluster.pages(RESOURCES.events, { namespace, fieldSelector })) {
      events.push(...page.map(eventOf));
    }
  }
  return events.sort((one, other) => one.time.localeCompare(other.time, 'en')).slice(-LAST);
}

/** An object, what controls it, and the newest of the ReplicaSets that it controls. */
async function related(cluster: Cluster, object: JsonObject, kind: string): Promise<ObjectReference[]> {
  const { namespace, name } = asObject(object.metadata);
  const self = { namespace: String(namespace), kind, name: String(name) };
  if (kind === 'Deployment' || kind === 'Rollout') {
    const sets = await cluster.list(RESOURCES.replicaSets, { namespace: self.namespace, metadataOnly: true });
    const own = sets.filter((set) => {
      const owner = controllerOf(set, 'ReplicaSet');
      return owner.kind === kind && owner.name === self.name;
    });
    const newest = own.sort((one, other) => created(other).localeCompare(created(one), 'en')).slice(0, 2);
    return [
      self,
      ...newest.map((set) => ({ ...self, kind: 'ReplicaSet', name: String(asObject(set.metadata).name) })),
    ];
  }
  const controller = controllerOf(object, kind);
  if (controller.kind === kind) return [self];
  const owners = new Owners();
  await owners.find(cluster, [controller], self.namespace);
  const workload = owners.workload(controller);
  return workload === controller ? [self, controller] : [self, controller, workload];
}

function created({ metadata }: JsonObject): string {
  return String(asObject(metadata).creationTimestamp ?? '');
}

/** Reads both forms of Events: kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1. */
function eventOf(event: JsonObject): ObjectEvent {
  const { involvedObject, lastTimestamp, eventTime, firstTimestamp, series, count, type, reason, message } =
    event;
  const { kind, name } = asObject(involvedObject);
  const { lastObservedTime, count: inSeries } = asObject(series);
  return {
    time: String(lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? created(event)),
    type: plain(String(type ?? '')),
    reason: plain(String(reason ?? '')),
    object: referenceText({ namespace: '', kind: String(kind), name: String(name) }),
    count: Number(inSeries ?? count ?? 1),
    message: plain(String(message ?? '')),
  };
}
