import { MIRROR_POD, STATUS, STATUS_INJECTED, TOGGLE } from './annotations.js';
import { INIT_NAME, PROXY_NAME } from './containers.js';
import type { Injection } from './injection.js';
import { isObject, shown } from './json.js';
import { applyOverrides, type Overridden, violationText } from './overrides.js';
import { type Container, malformation, type Pod, type StringMap } from './pod.js';
import { proxyPorts } from './proxy-ports.js';
import type { Reason } from './reasons.js';
import type { Settings } from './settings.js';
import type { RequestFacts, Subject } from './subject.js';

/** True, or what was found, where a rule holds. */
export type Finding = boolean | string | undefined;

/** One row of the truth table. */
export interface Rule {
  readonly reason: Exclude<Reason, 'injected'>;
  /** admit: let in unchanged; ineligible: as `ineligiblePods` says; deny: refused. */
  readonly answer: 'admit' | 'ineligible' | 'deny';
  readonly holds: (facts: Facts) => Finding;
  /** Let in with a warning, because somebody wants to know. */
  readonly warns?: true;
  readonly asksNamespace?: true;
}

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
  { reason: 'not-applicable', answer: 'admit', holds: ({ request, object }) => !createsPod(request, object) },
  { reason: 'malformed-pod', answer: 'admit', warns: true, holds: ({ object }) => malformation(object) },
  {
    reason: 'mirror-pod',
    answer: 'admit',
    holds: ({ annotations }) => Object.hasOwn(annotations, MIRROR_POD),
  },
  {
    reason: 'namespace-excluded',
    answer: 'admit',
    holds: ({ request, settings }) => settings.excludedNamespaces.includes(request.namespace),
  },
  {
    reason: 'already-injected',
    answer: 'admit',
    holds: ({ annotations, pod }) =>
      annotations[STATUS] === STATUS_INJECTED && has(pod, INIT_NAME) && has(pod, PROXY_NAME),
  },
  {
    reason: 'sidecar-present',
    answer: 'ineligible',
    holds: ({ pod }) => everyContainer(pod).some(({ name }) => isSidecarName(name)),
  },
  {
    reason: 'namespace-disabled',
    answer: 'ineligible',
    asksNamespace: true,
    holds: ({ namespaceAnnotations }) => namespaceAnnotations[TOGGLE] === 'disabled',
  },
  {
    reason: 'pod-disabled',
    answer: 'ineligible',
    holds: ({ annotations, pod }) =>
      annotations[TOGGLE] === 'disabled' || pod.metadata?.labels?.[TOGGLE] === 'disabled',
  },
  { reason: 'host-network', answer: 'ineligible', holds: ({ pod }) => pod.spec.hostNetwork === true },
  { reason: 'windows-pod', answer: 'ineligible', holds: ({ pod }) => isWindows(pod) },
  {
    reason: 'invalid-override',
    answer: 'deny',
    holds: ({ overridden }) => overridden.violations.map(violationText).join('; '),
  },
  { reason: 'port-conflict', answer: 'deny', holds: portConflict },
  { reason: 'uid-conflict', answer: 'deny', holds: uidConflict },
  { reason: 'volume-conflict', answer: 'deny', holds: volumeConflict },
];

/** What the rules look at; what costs something is worked out when it is first asked for. */
export class Facts {
  readonly object: unknown;
  readonly request: RequestFacts;
  readonly settings: Settings;
  readonly #subject: Subject;
  #overridden: Overridden | undefined;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.object = subject.object;
    this.request = subject.request;
    this.settings = subject.settings;
  }

  /** Only to be asked for by rules after `malformed-pod`. */
  get pod(): Pod {
    return this.object as Pod;
  }

  get annotations(): StringMap {
    return this.pod.metadata?.annotations ?? {};
  }

  get namespaceAnnotations(): StringMap {
    return this.#subject.namespace?.annotations ?? {};
  }

  get overridden(): Overridden {
    const { base, settings } = this.#subject;
    this.#overridden ??= applyOverrides(
      base,
      settings.allowedOverrides,
      this.annotations,
      this.namespaceAnnotations,
    );
    return this.#overridden;
  }
}

function createsPod({ operation, kind, subResource }: RequestFacts, object: unknown): boolean {
  const isPod = kind === undefined ? looksLikePod(object) : kind === '/v1/Pod';
  return isPod && (operation ?? 'CREATE') === 'CREATE' && (subResource ?? '') === '';
}

function looksLikePod(object: unknown): boolean {
  const { apiVersion = 'v1', kind = 'Pod' } = isObject(object) ? object : {};
  return apiVersion === 'v1' && kind === 'Pod';
}

function everyContainer({ spec }: Pod): readonly Container[] {
  return spec.initContainers ? [...spec.containers, ...spec.initContainers] : spec.containers;
}

function has(pod: Pod, name: string): boolean {
  return everyContainer(pod).some((container) => container.name === name);
}

function isSidecarName(name: string): boolean {
  return name.includes('cortexflow-proxy') || name === PROXY_NAME || name === INIT_NAME;
}

function isWindows({ spec }: Pod): boolean {
  return spec.os?.name === 'windows' || spec.nodeSelector?.['kubernetes.io/os'] === 'windows';
}

/** The containers of the Pod that run while the proxy runs: in container mode its plain init containers are done by then. */
function concurrentContainers(pod: Pod, { mode }: Injection): readonly Container[] {
  const { containers, initContainers } = pod.spec;
  if (!initContainers || mode === 'native') return everyContainer(pod);
  return [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')];
}

function portConflict({ pod, settings, overridden }: Facts): Finding {
  const taken = proxyPorts(settings.proxy);
  for (const { name, ports } of concurrentContainers(pod, overridden.injection)) {
    for (const { containerPort, protocol = 'TCP' } of ports ?? []) {
      const conflict = taken.find(
        (port) => port.containerPort === containerPort && port.protocol === protocol,
      );
      if (conflict) return `Container ${shown(name)}: port ${conflict.containerPort}/${conflict.protocol}.`;
    }
  }
  return undefined;
}

function uidConflict({ pod, settings, overridden }: Facts): Finding {
  const { uid, gid } = settings.proxy;
  const defaults = pod.spec.securityContext;
  for (const { name, securityContext } of concurrentContainers(pod, overridden.injection)) {
    if ((securityContext?.runAsUser ?? defaults?.runAsUser) === uid)
      return `Container ${shown(name)}: runAsUser ${uid}.`;
    if ((securityContext?.runAsGroup ?? defaults?.runAsGroup) === gid)
      return `Container ${shown(name)}: runAsGroup ${gid}.`;
  }
  return undefined;
}

function volumeConflict({ pod, settings }: Facts): Finding {
  const needed = settings.pod.volumes;
  if (needed.length === 0) return undefined;
  const conflict = pod.spec.volumes?.find(({ name }) => needed.some((volume) => volume.name === name));
  return conflict && `Volume ${shown(conflict.name)}.`;
}
