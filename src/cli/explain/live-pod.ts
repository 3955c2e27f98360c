import { removalOf } from '../../core/patch/removal.js';
import { INIT_NAME, PROXY_NAME } from '../../core/pod/container-names.js';
import { type OutcomeRecord, outcomeRecord } from '../../core/pod/outcome-record.js';
import { checkPod, type Pod } from '../../core/pod/pod.js';
import { asList, asObject, valueAt } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import type { Workload } from '../../manifests/workload.js';
import type { Candidate } from '../input/candidate.js';

/** A Pod of a cluster. */
export interface LivePod {
  /** The Pod as it was before the injector changed it. Positions are those in the input. */
  readonly candidate: Candidate;
  readonly record: OutcomeRecord;
}

/** Reads a Pod that a cluster has stored, which gives it a UID; undefined for everything else. */
export function livePod(workload: Workload, candidate: Candidate): LivePod | undefined {
  const { kind, pod } = workload;
  const isStored = kind === 'Pod' && typeof asObject(asObject(pod).metadata).uid === 'string';
  if (!isStored || checkPod(pod) !== undefined) return undefined;
  const record = outcomeRecord(pod as Pod);
  const removal = removalOf(pod);
  if (removal === undefined) return { candidate, record };
  const position = (path: Path) => candidate.position(removal.hasProxy ? pathWithProxy(path, pod) : path);
  return { candidate: { ...candidate, object: workload.changed(removal.operations), position }, record };
}

/** The path in an injected Pod of a value at a path in the Pod without the proxy. */
function pathWithProxy(path: Path, pod: unknown): Path {
  const [spec, list, index, ...rest] = path;
  if (spec !== 'spec' || typeof index !== 'number' || !String(list).endsWith('ontainers')) return path;
  const own = [...asList(valueAt(pod, ['spec', String(list)])).entries()].filter(([, container]) => {
    const { name } = asObject(container);
    return name !== INIT_NAME && name !== PROXY_NAME;
  });
  return [spec, String(list), own[index]?.[0] ?? index, ...rest];
}
