import { DEFAULTS } from '../../../core/pod/same-volume.js';
import { listIn, quoted } from '../../cel/expressions.js';
import { literal } from '../../cel/literal.js';
import type { Variable } from '../../program.js';

/**
 * `volumeConflicts`: the volumes of the Pod that have the name of one that the configuration adds but differ from it,
 * and the containers that mount a volume that only the configuration adds, in the words of the webhook.
 */
export const VOLUME_VARIABLES: readonly Variable[] = [
  { name: 'volumes', expression: listIn('variables.pod.spec', 'volumes') },
  {
    name: 'foreignVolumes',
    expression:
      'variables.config.pod.volumes.map(o, o.name).filter(n, !variables.volumes.exists(v, v.name == n))',
  },
  { name: 'volumeConflicts', expression: `${otherVolumes()} + ${foreignMounts()}` },
];

function otherVolumes(): string {
  const others = `variables.config.pod.volumes.exists(o, o.name == v.name && !(${isSame()}))`;
  return `variables.volumes.filter(v, ${others}).map(v, "Volume " + ${quoted('v.name')} + ".")`;
}

/** Compares the fields of a volume's source, with defaults; what is deeper must be written the same. */
function isSame(): string {
  return `${isCovered('v', 'o')} && ${isCovered('o', 'v')}`;
}

/** Whether every field of a volume that is not empty is the same in another, or there has it by default. */
function isCovered(volume: string, other: string): string {
  const field = `${volume}[s][f]`;
  const same = `${field} == ${other}[?s][?f].orValue(${defaultOf('f')})`;
  return `${volume}.all(s, s == "name" || ${volume}[s].all(f, ${isEmpty(field)} || ${same}))`;
}

/** Kubernetes makes a volume without a source an emptyDir, whose fields are all empty. */
function isEmpty(value: string): string {
  return `(${value} in [dyn(null), dyn(false), dyn(""), dyn([]), dyn({})])`;
}

function defaultOf(field: string): string {
  return `${literal(Object.fromEntries(DEFAULTS))}[?${field}].orValue(null)`;
}

function foreignMounts(): string {
  const mounts = `(${listIn('c', 'volumeMounts')} + ${listIn('c', 'volumeDevices')})`;
  const found = `${mounts}.filter(m, m.name in variables.foreignVolumes)`;
  const texts = `${found}.map(m, "Container " + ${quoted('c.name')} + ": volume " + ${quoted('m.name')} + ".")`;
  return `variables.allContainers.map(c, ${texts}).filter(l, l.size() > 0).map(l, l[0])`;
}
