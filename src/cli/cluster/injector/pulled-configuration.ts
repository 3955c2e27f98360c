import { FILE_VARIABLE } from '../../../config/sources/environment.js';
import { asList, asObject, type JsonObject } from '../../../core/values/json.js';
import { ClusterError } from '../../cluster-error.js';
import type { Cluster } from '../cluster.js';
import { RESOURCES } from '../resources.js';
import { mountedFrom } from './mounted-file.js';
import { findRelease, type Release, releaseLabel } from './release.js';

/** The configuration of the injector in a cluster, as its container sees it. */
export interface PulledConfiguration {
  readonly release: Release;
  /** The file that `INJECTOR_CONFIG` names; undefined without one. */
  readonly file: { readonly name: string; readonly text: string } | undefined;
  /** The `INJECTOR_*` variables of the container, without `INJECTOR_CONFIG`. */
  readonly environment: { readonly [variable: string]: string };
  /** Where the variables are set, for messages. */
  readonly origin: string;
  /** The variables whose values are not in the Deployment or a ConfigMap. */
  readonly unread: readonly string[];
}

/** Reads the configuration of the injector in a cluster. Throws a `ClusterError`. */
export async function pullConfiguration(cluster: Cluster): Promise<PulledConfiguration> {
  const release = await findRelease(cluster);
  const { namespace, deployment, container } = release;
  const data = async (name: string) =>
    asObject((await cluster.get(RESOURCES.configMaps, name, namespace)).data);
  const { values, unread } = await environmentOf(container, data);
  const { [FILE_VARIABLE]: path, ...others } = values;
  const ours = Object.entries(others).filter(([name]) => name.startsWith('INJECTOR_'));
  return {
    release,
    file: path ? await fileAt(path, release, data) : undefined,
    environment: Object.fromEntries(ours),
    origin: `deployment/${String(asObject(deployment.metadata).name)} -n ${namespace}`,
    unread: unread.filter((name) => name.startsWith('INJECTOR_')),
  };
}

type Data = (configMap: string) => Promise<JsonObject>;

async function fileAt(path: string, { container, deployment, ...release }: Release, data: Data) {
  const podSpec = asObject(asObject(asObject(deployment.spec).template).spec);
  const source = mountedFrom(path, container, podSpec);
  if (source === undefined) {
    throw new ClusterError(`${releaseLabel({ deployment, ...release })}: expected ${path} from a ConfigMap`);
  }
  const text = (await data(source.name))[source.key];
  const name = `configmap/${source.name} -n ${release.namespace}`;
  if (typeof text !== 'string') throw new ClusterError(`${name}: expected the key ${source.key}, found none`);
  return { name: `${name}: ${source.key}`, text };
}

/** Later entries win, and those of `env` over those of `envFrom`, as in a container. */
async function environmentOf({ env, envFrom }: JsonObject, data: Data) {
  const values: { [name: string]: string } = {};
  const unread: string[] = [];
  for (const { prefix = '', configMapRef } of asList(envFrom).map(asObject)) {
    const { name } = asObject(configMapRef);
    if (typeof name !== 'string') continue;
    for (const [key, value] of Object.entries(await data(name))) values[`${prefix}${key}`] = String(value);
  }
  for (const { name, value, valueFrom } of asList(env).map(asObject)) {
    const { name: configMap, key } = asObject(asObject(valueFrom).configMapKeyRef);
    if (typeof configMap === 'string')
      values[String(name)] = String((await data(configMap))[String(key)] ?? '');
    else if (valueFrom !== undefined) unread.push(String(name));
    else values[String(name)] = String(value ?? '');
  }
  return { values, unread };
}
