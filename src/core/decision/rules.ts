import { INIT_NAME, PROXY_NAME } from '../patch/containers.js';
import { MIRROR_POD, STATUS, STATUS_INJECTED, TOGGLE } from '../pod/annotations.js';
import { containerPath, everyContainer, malformation, malformationText, type Pod } from '../pod/pod.js';
import { violationText } from '../settings/overrides.js';
import { isObject } from '../values/json.js';
import { portConflict, uidConflict, volumeConflict } from './conflicts.js';
import type { Facts, Finding } from './evaluation.js';
import { inPod, inRequest, namespaceAnnotation, type Place, podAnnotation, setting } from './fields.js';
import type { Reason } from './reasons.js';
import type { RequestFacts } from './subject.js';

/** One row of the truth table. */
export interface Rule {
  readonly reason: Exclude<Reason, 'injected'>;
  /** Where `holds` looks, for explanations; a test holds the two together. */
  readonly looksAt: readonly Place[];
  /** admit: let in unchanged; ineligible: as `ineligiblePods` says; deny: refused. */
  readonly answer: 'admit' | 'ineligible' | 'deny';
  readonly holds: (facts: Facts) => Finding;
  /** Let in with a warning, because somebody wants to know. */
  readonly warns?: true;
  readonly asksNamespace?: true;
}

const CONTAINER_NAMES = inContainers('name');
const SIDECARS = inPod('spec', 'initContainers', '*', 'restartPolicy');

/** The label of nodes that tells their system: kubernetes.io/docs/reference/labels-annotations-taints. */
const OS_LABEL = 'kubernetes.io/os';

/**
 * The truth table; the first rule that holds decides.
 *
 * | case | reason | answer |
 * |---|---|---|
 * | not a CREATE of a core/v1 Pod | not-applicable | admit |
 * | a Pod that the API server will refuse itself | malformed-pod | admit, warn |
 * | mirror Pod | mirror-pod | admit |
 * | namespace excluded by configuration | namespace-excluded | admit |
 * | status annotation and both our containers | already-injected | admit |
 * | a container named like a sidecar of ours | sidecar-present | ineligible |
 * | namespace annotation `disabled` | namespace-disabled | ineligible |
 * | Pod annotation or label `disabled` | pod-disabled | ineligible |
 * | hostNetwork | host-network | ineligible |
 * | Windows | windows-pod | ineligible |
 * | annotations that do not parse or are not allowed | invalid-override | deny |
 * | the proxy's ports, user, group or volume names are taken | port-, uid-, volume-conflict | deny |
 * | otherwise | injected | patch |
 */
export const RULES: readonly Rule[] = [
  {
    reason: 'not-applicable',
    answer: 'admit',
    looksAt: [inRequest('operation'), inRequest('kind'), inRequest('subResource')],
    holds: ({ request, object }) => !createsPod(request, object),
  },
  {
    reason: 'malformed-pod',
    answer: 'admit',
    warns: true,
    looksAt: [inPod()],
    holds: ({ object }) => {
      const problem = malformation(object);
      return problem && { path: problem.path, text: malformationText(problem) };
    },
  },
  {
    reason: 'mirror-pod',
    answer: 'admit',
    looksAt: [podAnnotation(MIRROR_POD)],
    holds: ({ annotations }) => Object.hasOwn(annotations, MIRROR_POD),
  },
  {
    reason: 'namespace-excluded',
    answer: 'admit',
    looksAt: [inRequest('namespace'), setting('excludedNamespaces')],
    holds: ({ request, settings }) => settings.excludedNamespaces.includes(request.namespace),
  },
  {
    reason: 'already-injected',
    answer: 'admit',
    looksAt: [podAnnotation(STATUS), ...CONTAINER_NAMES],
    holds: ({ annotations, pod }) =>
      annotations[STATUS] === STATUS_INJECTED && has(pod, INIT_NAME) && has(pod, PROXY_NAME),
  },
  {
    reason: 'sidecar-present',
    answer: 'ineligible',
    looksAt: CONTAINER_NAMES,
    holds: ({ pod }) => {
      const sidecar = everyContainer(pod).find(({ name }) => isSidecarName(name));
      return sidecar && { path: [...containerPath(pod, sidecar), 'name'] };
    },
  },
  {
    reason: 'namespace-disabled',
    answer: 'ineligible',
    asksNamespace: true,
    looksAt: [namespaceAnnotation(TOGGLE)],
    holds: ({ namespaceAnnotations }) => namespaceAnnotations[TOGGLE] === 'disabled',
  },
  {
    reason: 'pod-disabled',
    answer: 'ineligible',
    looksAt: [podAnnotation(TOGGLE), inPod('metadata', 'labels', TOGGLE)],
    holds: ({ annotations, pod }) =>
      annotations[TOGGLE] === 'disabled' || pod.metadata?.labels?.[TOGGLE] === 'disabled',
  },
  {
    reason: 'host-network',
    answer: 'ineligible',
    looksAt: [inPod('spec', 'hostNetwork')],
    holds: ({ pod }) => pod.spec.hostNetwork === true,
  },
  {
    reason: 'windows-pod',
    answer: 'ineligible',
    looksAt: [inPod('spec', 'os', 'name'), inPod('spec', 'nodeSelector', OS_LABEL)],
    holds: ({ pod }) => isWindows(pod),
  },
  {
    reason: 'invalid-override',
    answer: 'deny',
    looksAt: [podAnnotation(`${TOGGLE}*`), namespaceAnnotation(`${TOGGLE}*`), setting('allowedOverrides')],
    holds: ({ overridden }) => overridden.violations.map(violationText).join('; '),
  },
  {
    reason: 'port-conflict',
    answer: 'deny',
    looksAt: [
      ...inContainers('ports', '*'),
      SIDECARS,
      setting('proxy', 'tcpPort'),
      setting('proxy', 'udpPort'),
      setting('proxy', 'container', 'ports'),
    ],
    holds: portConflict,
  },
  {
    reason: 'uid-conflict',
    answer: 'deny',
    looksAt: [
      inPod('spec', 'securityContext', 'runAsUser'),
      inPod('spec', 'securityContext', 'runAsGroup'),
      ...inContainers('securityContext', 'runAsUser'),
      ...inContainers('securityContext', 'runAsGroup'),
      SIDECARS,
      setting('proxy', 'uid'),
      setting('proxy', 'gid'),
    ],
    holds: uidConflict,
  },
  {
    reason: 'volume-conflict',
    answer: 'deny',
    looksAt: [inPod('spec', 'volumes', '*', 'name'), setting('pod', 'volumes')],
    holds: volumeConflict,
  },
];

function inContainers(...path: readonly string[]): readonly Place[] {
  return ['initContainers', 'containers'].map((list) => inPod('spec', list, '*', ...path));
}

function createsPod({ operation, kind, subResource }: RequestFacts, object: unknown): boolean {
  const isPod = kind === undefined ? looksLikePod(object) : kind === '/v1/Pod';
  return isPod && (operation ?? 'CREATE') === 'CREATE' && (subResource ?? '') === '';
}

function looksLikePod(object: unknown): boolean {
  const { apiVersion = 'v1', kind = 'Pod' } = isObject(object) ? object : {};
  return apiVersion === 'v1' && kind === 'Pod';
}

function has(pod: Pod, name: string): boolean {
  return everyContainer(pod).some((container) => container.name === name);
}

function isSidecarName(name: string): boolean {
  return name.includes('cortexflow-proxy') || name === PROXY_NAME || name === INIT_NAME;
}

function isWindows({ spec }: Pod): boolean {
  return spec.os?.name === 'windows' || spec.nodeSelector?.[OS_LABEL] === 'windows';
}
