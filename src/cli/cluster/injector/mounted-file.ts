import { asList, asObject, type JsonObject } from '../../../core/values/json.js';

/** A key of a ConfigMap. */
export interface ConfigMapKey {
  readonly name: string;
  readonly key: string;
}

/** The key of a ConfigMap that a container sees at a path; undefined if it is not from a ConfigMap. */
export function mountedFrom(
  path: string,
  container: JsonObject,
  podSpec: JsonObject,
): ConfigMapKey | undefined {
  const mounts = asList(container.volumeMounts)
    .map(asObject)
    .filter(
      ({ mountPath }) => path === mountPath || path.startsWith(`${String(mountPath).replace(/\/$/, '')}/`),
    )
    .sort((one, other) => String(other.mountPath).length - String(one.mountPath).length);
  const [mount] = mounts;
  if (mount === undefined) return undefined;
  const rest = path.slice(String(mount.mountPath).length).replace(/^\//, '');
  const file = [mount.subPath, rest].filter(Boolean).join('/');
  const volume = asList(podSpec.volumes)
    .map(asObject)
    .find(({ name }) => name === mount.name);
  const sources = [volume, ...asList(asObject(volume?.projected).sources)].map(
    (source) => asObject(source).configMap,
  );
  for (const { name, items } of sources.map(asObject)) {
    if (typeof name !== 'string') continue;
    if (items === undefined) return { name, key: file };
    const item = asList(items)
      .map(asObject)
      .find((each) => each.path === file);
    if (item !== undefined) return { name, key: String(item.key) };
  }
  return undefined;
}
