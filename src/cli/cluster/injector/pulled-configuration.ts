import { stringify } from 'yaml';
import { FILE_VARIABLE } from '../../../config/sources/environment.js';
import { MAX_FILE_BYTES } from '../../../config/sources/file.js';
import type { Identity } from '../../../core/patch/patch.js';
import { asList, asObject, type JsonObject } from '../../../core/values/json.js';
import { configIn } from '../../../policy/config.js';
import { ClusterError } from '../../cluster-error.js';
import type { Cluster } from '../cluster.js';
import { RESOURCES } from '../resources.js';
import { findInjectingPolicy, variablesOf } from './injecting-policy.js';
import { mountedFrom } from './mounted-file.js';
import { findRelease, type Release, releaseLabel } from './release.js';

/** The configuration of the injector in a cluster, as its container sees it, or as a policy has it. */
export interface PulledConfiguration {
  /** The namespace of the injector; undefined if a policy injects. */
  readonly namespace: string | undefined;
  /** The version of the injector, by the label of its Deployment, or by the policy. */
  readonly version: string | undefined;
  /** What a policy writes to the Pods. Its settings have another hash: they exclude more namespaces. */
  readonly identity?: Identity;
  /** The file that `INJECTOR_CONFIG` names; undefined without one. */
  readonly file: { readonly name: string; readonly text: string } | undefined;
  /** The `INJECTOR_*` variables of the container, without `INJECTOR_CONFIG`. */
  readonly environment: { readonly [variable: string]: string };
  /** Where the variables are set, for messages. */
  readonly origin: string;
  /** The variables whose values are not in the Deployment or a ConfigMap. */
  readonly unread: readonly string[];
}

/** Reads the configuration of the injector in a cluster, first that of a policy. Throws a `ClusterError`. */
export async function pullConfiguration(cluster: Cluster): Promise<PulledConfiguration> {
  const policy = await findInjectingPolicy(cluster);
  return policy === undefined ? ofRelease(cluster) : ofPolicy(policy);
}

function ofPolicy(policy: JsonObject): PulledConfiguration {
  const name = `mutatingadmissionpolicy/${String(asObject(policy.metadata).name)}`;
  const { identity, ...settings } = configIn(variablesOf(policy)) ?? {};
  const { version, configHash } = asObject(identity);
  if (typeof version !== 'string' || typeof configHash !== 'string') {
    throw new ClusterError(`${name}: expected the configuration in its variable config`);
  }
  return {
    namespace: undefined,
    version,
    identity: { version, configHash },
    file: { name, text: textOf({ version, ...settings }) },
    environment: {},
    origin: name,
    unread: [],
  };
}

/** YAML, or JSON without spaces if only that is short enough for a file. */
function textOf(settings: JsonObject): string {
  const text = stringify(settings, { lineWidth: 0 });
  return Buffer.byteLength(text) > MAX_FILE_BYTES ? `${JSON.stringify(settings)}\n` : text;
}

async function ofRelease(cluster: Cluster): Promise<PulledConfiguration> {
  const release = await findRelease(cluster);
  const { namespace, deployment, container } = release;
  const data = async (name: string) =>
    asObject((await cluster.get(RESOURCES.configMaps, name, namespace)).data);
  const { values, unread } = await environmentOf(container, data);
  const { [FILE_VARIABLE]: path, ...others } = values;
  const ours = Object.entries(others).filter(([name]) => name.startsWith('INJECTOR_'));
  const version = asObject(asObject(deployment.metadata).labels)['app.kubernetes.io/version'];
  return {
    namespace,
    version: typeof version === 'string' ? version : undefined,
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
