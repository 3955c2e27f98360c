import {
  CONFIG_HASH,
  MIRROR_POD,
  STATUS,
  SUPPLEMENTAL_GROUPS,
  TOGGLE,
  UID_RANGE,
} from '../pod/annotations.js';
import { INIT_NAME, PROXY_NAME } from '../pod/container-names.js';
import { isInjected, misplacedInit } from '../pod/injected.js';
import { checkPod, containerPath, everyContainer } from '../pod/pod.js';
import { podResourcesConflict } from '../resources/pod-level.js';
import { overrideViolationText } from '../settings/overrides.js';
import { isUserFromNamespace } from '../settings/proxy-user.js';
import type { Settings } from '../settings/settings.js';
import { WARNING_TEXTS } from '../settings/warning-texts.js';
import { asObject } from '../values/json.js';
import { violationText } from '../values/violation.js';
import { portConflict, uidConflict, volumeConflict } from './conditions/conflicts.js';
import { foreignProxy } from './conditions/foreign-proxy.js';
import { OS_LABELS, REQUIRED_TERMS, windowsField } from './conditions/windows.js';
import type { Evaluation, RuleMatch } from './evaluation.js';
import {
  type FieldPattern,
  inPod,
  inRequest,
  namespaceAnnotation,
  namespaceLabel,
  podAnnotation,
  podLabel,
  setting,
} from './fields.js';
import type { Reason } from './reasons.js';
import type { RequestFacts } from './subject.js';

/** One row of the decision table. */
export interface Rule {
  readonly reason: Exclude<Reason, 'injected'>;
  /** What `holds` reads, for explanations. A test compares the two. */
  readonly reads: readonly FieldPattern[];
  /**
   * `admit`: the Pod is admitted, unchanged except for `moves`. `ineligible`: `ineligiblePods` decides. `deny`: it is
   * denied.
   */
  readonly answer: 'admit' | 'ineligible' | 'deny';
  readonly holds: (evaluation: Evaluation) => RuleMatch;
  /** Adds a warning when the Pod is admitted: the message, or the text that the function returns. */
  readonly warns?: true | ((evaluation: Evaluation) => string | undefined);
  /** The Pod is to carry the reason if it is admitted. */
  readonly isRecorded?: true;
  /** The index of an init container to move to the end when the Pod is admitted. Must read only what `holds` reads. */
  readonly moves?: (evaluation: Evaluation) => number | undefined;
  /** Whether the rule can hold at all with these settings. If not, explanations leave it out. */
  readonly applies?: (settings: Settings) => boolean;
  /** Reads the namespace, so the decision stops here if it has not been looked up. */
  readonly needsNamespace?: true;
}

const CONTAINER_NAMES = inContainers('name');
const SIDECARS = inPod('spec', 'initContainers', '*', 'restartPolicy');

/** The decision table. The first rule that holds decides; if none does, the Pod is injected. */
export const RULES: readonly Rule[] = [
  {
    reason: 'not-applicable',
    answer: 'admit',
    reads: [inRequest('operation'), inRequest('kind'), inRequest('subResource')],
    holds: ({ request, object }) => !createsPod(request, object),
  },
  {
    reason: 'malformed-pod',
    answer: 'admit',
    warns: true,
    reads: [inPod()],
    holds: ({ object }) => {
      const violation = checkPod(object);
      return violation && { path: violation.path, text: violationText(violation) };
    },
  },
  {
    reason: 'mirror-pod',
    answer: 'admit',
    reads: [podAnnotation(MIRROR_POD)],
    holds: ({ annotations }) => Object.hasOwn(annotations, MIRROR_POD),
  },
  {
    reason: 'namespace-excluded',
    answer: 'admit',
    isRecorded: true,
    reads: [inRequest('namespace'), setting('excludedNamespaces')],
    holds: ({ request, settings }) => settings.excludedNamespaces.includes(request.namespace),
  },
  {
    reason: 'already-injected',
    answer: 'admit',
    reads: [
      podAnnotation(STATUS),
      ...CONTAINER_NAMES,
      SIDECARS,
      inPod('spec', 'initContainers', '*', 'env', '*', 'name'),
      ...inContainers('ports', '*'),
    ],
    holds: ({ pod }) => isInjected(pod),
    warns: otherConfiguration,
    moves: ({ pod }) => misplacedInit(pod),
  },
  {
    reason: 'sidecar-present',
    answer: 'ineligible',
    isRecorded: true,
    reads: CONTAINER_NAMES,
    holds: ({ pod }) => {
      const sidecar = everyContainer(pod).find(({ name }) => isSidecarName(name));
      return sidecar && { path: [...containerPath(pod, sidecar), 'name'] };
    },
  },
  {
    reason: 'foreign-proxy',
    answer: 'ineligible',
    isRecorded: true,
    reads: [
      ...CONTAINER_NAMES,
      inPod('metadata', 'annotations'),
      inPod('metadata', 'labels'),
      setting('foreignProxies'),
    ],
    holds: foreignProxy,
  },
  {
    reason: 'namespace-disabled',
    answer: 'ineligible',
    isRecorded: true,
    needsNamespace: true,
    reads: [namespaceAnnotation(TOGGLE), namespaceLabel(TOGGLE)],
    holds: ({ namespaceAnnotations, namespaceLabels }) =>
      namespaceAnnotations[TOGGLE] === 'disabled' || namespaceLabels[TOGGLE] === 'disabled',
  },
  {
    reason: 'pod-disabled',
    answer: 'ineligible',
    isRecorded: true,
    reads: [podAnnotation(TOGGLE), podLabel(TOGGLE)],
    holds: ({ annotations, labels }) => annotations[TOGGLE] === 'disabled' || labels[TOGGLE] === 'disabled',
  },
  {
    reason: 'host-network',
    answer: 'ineligible',
    isRecorded: true,
    reads: [inPod('spec', 'hostNetwork')],
    holds: ({ pod }) => pod.spec.hostNetwork === true,
  },
  {
    reason: 'windows-pod',
    answer: 'ineligible',
    isRecorded: true,
    reads: [
      inPod('spec', 'os', 'name'),
      ...OS_LABELS.map((label) => inPod('spec', 'nodeSelector', label)),
      inPod(...REQUIRED_TERMS),
      inPod('spec', 'securityContext', 'windowsOptions'),
      ...inContainers('securityContext', 'windowsOptions'),
    ],
    holds: ({ pod }) => windowsField(pod),
  },
  {
    reason: 'invalid-override',
    answer: 'deny',
    reads: [
      podAnnotation(`${TOGGLE}*`),
      podLabel(TOGGLE),
      namespaceAnnotation(`${TOGGLE}*`),
      setting('allowedOverrides'),
    ],
    holds: ({ resolution }) => resolution.violations.map(overrideViolationText).join('; '),
  },
  {
    reason: 'invalid-id-range',
    answer: 'deny',
    reads: [
      setting('proxy', 'uid'),
      setting('proxy', 'gid'),
      namespaceAnnotation(UID_RANGE),
      namespaceAnnotation(SUPPLEMENTAL_GROUPS),
    ],
    applies: ({ proxy }) => isUserFromNamespace(proxy),
    holds: ({ proxyUser }) => proxyUser.violations.join('; '),
  },
  {
    reason: 'port-conflict',
    answer: 'deny',
    reads: [
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
    reads: [
      inPod('spec', 'securityContext', 'runAsUser'),
      inPod('spec', 'securityContext', 'runAsGroup'),
      inPod('spec', 'securityContext', 'fsGroup'),
      inPod('spec', 'securityContext', 'supplementalGroups', '*'),
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
    reads: [
      inPod('spec', 'volumes', '*'),
      ...inContainers('volumeMounts', '*', 'name'),
      ...inContainers('volumeDevices', '*', 'name'),
      setting('pod', 'volumes'),
    ],
    holds: volumeConflict,
  },
  {
    reason: 'pod-resources',
    answer: 'deny',
    reads: [inPod('spec', 'resources'), setting('proxy', 'podResources')],
    applies: ({ proxy }) => proxy.podResources !== 'omit',
    holds: ({ pod, settings }) => podResourcesConflict(pod, settings.proxy.podResources),
  },
];

/** The warning about an injected Pod whose configuration was not the current one. */
function otherConfiguration({ annotations, configHash }: Evaluation): string | undefined {
  const given = annotations[CONFIG_HASH];
  if (given === configHash) return undefined;
  const before = given !== undefined && HASH.test(given) ? given : 'unknown';
  return WARNING_TEXTS['other-configuration'](before, configHash);
}

/** What a warning may quote as a hash: anyone can set the annotation. */
export const HASH = /^\w{1,16}$/;

function inContainers(...path: readonly string[]): readonly FieldPattern[] {
  return ['initContainers', 'containers'].map((list) => inPod('spec', list, '*', ...path));
}

function createsPod({ operation, kind, subResource }: RequestFacts, object: unknown): boolean {
  const isPod = kind === undefined ? looksLikePod(object) : kind === '/v1/Pod';
  return isPod && (operation ?? 'CREATE') === 'CREATE' && (subResource ?? '') === '';
}

function looksLikePod(object: unknown): boolean {
  const { apiVersion = 'v1', kind = 'Pod' } = asObject(object);
  return apiVersion === 'v1' && kind === 'Pod';
}

function isSidecarName(name: string): boolean {
  return name.includes('cortexflow-proxy') || name === PROXY_NAME || name === INIT_NAME;
}
