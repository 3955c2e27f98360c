import { SUPPLEMENTAL_GROUPS, UID_RANGE } from '../pod/annotations.js';
import { ID_RANGE, ID_RANGES } from '../values/id-ranges.js';
import { shown } from '../values/json.js';
import type { StringMap } from '../values/shape.js';
import { FROM_NAMESPACE, type ProxySettings } from './settings.js';

/** The user and group that the proxy runs as. What they send is not redirected. */
export interface ProxyUser {
  readonly uid: number;
  readonly gid: number;
}

/** The proxy's user and group; undefined if the namespace should say which they are but does not. */
export interface ProxyUserResolution {
  readonly user: ProxyUser | undefined;
  /** `namespace annotation KEY: expected ..., got ...`, for each annotation that is missing or invalid. */
  readonly violations: readonly string[];
}

type Ids = Pick<ProxySettings, keyof ProxyUser>;

/** Whether the proxy's user or group depends on the namespace. */
export function isUserFromNamespace({ uid, gid }: Ids): boolean {
  return uid === FROM_NAMESPACE || gid === FROM_NAMESPACE;
}

/**
 * The proxy's user and group. With `namespace`, each is the last ID of the range that OpenShift assigned to the
 * namespace, as in Istio (github.com/istio/istio, pkg/kube/inject/inject.go, GetProxyIDs). It must not be the app's,
 * and the app gets the first: as its user from the strategy MustRunAsRange, and as its fsGroup (both in
 * github.com/openshift/apiserver-library-go, pkg/securitycontextconstraints: user/mustrunasrange.go, Generate, and
 * sccmatching/matcher.go, getPreallocatedFSGroup).
 */
export function resolveProxyUser(ids: Ids, namespace: StringMap): ProxyUserResolution {
  const { uid, gid } = ids;
  if (uid !== FROM_NAMESPACE && gid !== FROM_NAMESPACE) return { user: { uid, gid }, violations: [] };
  const user = {
    uid: uid === FROM_NAMESPACE ? lastUser(namespace) : uid,
    gid: gid === FROM_NAMESPACE ? lastGroup(namespace) : gid,
  };
  if (isComplete(user)) return { user, violations: [] };
  const missing = (['uid', 'gid'] as const).filter((id) => user[id] === undefined);
  const keys = new Set(missing.map((id) => rangeKey(id, namespace)));
  return { user: undefined, violations: [...keys].map((key) => violationText(key, namespace[key])) };
}

/**
 * The annotation that an ID comes from. Without one for groups, the range of users applies, as in OpenShift
 * (sccmatching/matcher.go, getSupplementalGroupsAnnotation).
 */
export function rangeKey(id: keyof ProxyUser, namespace: StringMap): string {
  const hasGroups = namespace[SUPPLEMENTAL_GROUPS] !== undefined || namespace[UID_RANGE] === undefined;
  return id === 'gid' && hasGroups ? SUPPLEMENTAL_GROUPS : UID_RANGE;
}

function lastUser(namespace: StringMap): number | undefined {
  return ID_RANGE.parse(namespace[UID_RANGE] ?? '')?.last;
}

/** Of several ranges, OpenShift takes the fsGroup from the first, and Istio the proxy's group. */
function lastGroup(namespace: StringMap): number | undefined {
  const key = rangeKey('gid', namespace);
  if (key === UID_RANGE) return lastUser(namespace);
  return ID_RANGES.parse(namespace[key] ?? '')?.[0].last;
}

function isComplete(user: { readonly [id in keyof ProxyUser]: number | undefined }): user is ProxyUser {
  return user.uid !== undefined && user.gid !== undefined;
}

function violationText(key: string, given: string | undefined): string {
  const { expected } = key === UID_RANGE ? ID_RANGE : ID_RANGES;
  return `namespace annotation ${key}: expected ${expected}, got ${shown(given)}`;
}
