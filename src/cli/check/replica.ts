import { asList, asObject } from '../../core/values/json.js';
import type { Cluster } from '../cluster/cluster.js';
import { ClusterError } from '../cluster-error.js';
import type { KubernetesObject } from './kubernetes-object.js';

/** A running Pod of the injector. */
export interface Replica {
  readonly name: string;
  readonly image: string;
  readonly isReady: boolean;
  /** What its management port reports, or why it cannot be read. */
  readonly management: Management | ClusterError;
}

/** What the management port of a replica reports. */
export interface Management {
  readonly version: string | undefined;
  readonly configHash: string | undefined;
  readonly configIsCurrent: boolean;
  readonly certificateIsCurrent: boolean;
  readonly namespacesSynced: boolean;
  /** In seconds since the Unix epoch. */
  readonly lastWatchEvent: number;
  /** PEM. */
  readonly certificate: string;
}

/** Reads a replica through the API server, as `kubectl get --raw` does. */
export async function readReplica(cluster: Cluster, pod: KubernetesObject): Promise<Replica> {
  const { metadata, spec, status } = pod;
  const containers = asList(asObject(spec).containers).map(asObject);
  const container = containers.find(({ name }) => name === 'injector') ?? containers[0] ?? {};
  const conditions = asList(asObject(status).conditions).map(asObject);
  const port = asList(container.ports)
    .map(asObject)
    .find(({ name }) => name === 'management')?.containerPort;
  const read = (path: string) =>
    cluster.proxied({ ...metadata, namespace: metadata.namespace ?? '' }, Number(port ?? 8080), path);
  return {
    name: metadata.name,
    image: String(container.image),
    isReady: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    management: await management(read).catch((error) => {
      if (error instanceof ClusterError) return error;
      throw error;
    }),
  };
}

async function management(read: (path: string) => Promise<string>): Promise<Management> {
  const [metrics, certificate] = await Promise.all([read('/metrics'), read('/certificate')]);
  const value = (name: string) => Number(lineOf(metrics, name)?.split(' ').at(-1) ?? Number.NaN);
  return {
    version: label(lineOf(metrics, 'build_info'), 'version'),
    configHash: label(lineOf(metrics, 'config_info'), 'hash'),
    configIsCurrent: value('config_last_reload_successful') !== 0,
    certificateIsCurrent: value('certificate_last_reload_successful') !== 0,
    namespacesSynced: value('namespaces_synced') === 1,
    lastWatchEvent: value('namespace_watch_last_event_timestamp_seconds'),
    certificate,
  };
}

/** The first sample of a metric of the injector, in Prometheus's text format. */
function lineOf(metrics: string, name: string): string | undefined {
  return new RegExp(`^proxy_injector_${name}[ {].*$`, 'm').exec(metrics)?.[0];
}

function label(line: string | undefined, name: string): string | undefined {
  return new RegExp(`[{,]${name}="([^"]*)"`).exec(line ?? '')?.[1];
}
