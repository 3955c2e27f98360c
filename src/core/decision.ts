import { MIRROR_POD, STATUS, STATUS_INJECTED, TOGGLE } from './annotations.js';
import { INIT_NAME, PROXY_NAME, proxyPorts } from './containers.js';
import type { Injection } from './injection.js';
import { applyOverrides, unknownKeys, violationText } from './overrides.js';
import { type Container, malformation, type Pod, type StringMap } from './pod.js';
import { REASONS, type Reason } from './reasons.js';
import type { Settings } from './settings.js';

/** What the API server says about the request; a fact it did not send is undefined and taken as the creation of a Pod. */
export interface RequestFacts {
  readonly operation?: string | undefined;
  /** `group/version/Kind`, the core group being empty: `/v1/Pod`. */
  readonly kind?: string | undefined;
  readonly subResource?: string | undefined;
  readonly namespace: string;
}

/** What is known about the namespace; undefined where it has not been looked up yet. */
export interface NamespaceFacts {
  readonly annotations: StringMap;
}

/** All that a decision depends on. `base` is `defaultInjection(settings)`, made once a configuration. */
export interface Subject {
  readonly object: unknown;
  readonly request: RequestFacts;
  readonly namespace: NamespaceFacts | undefined;
  readonly settings: Settings;
  readonly base: Injection;
}

/** The answer. `message` is for the user who made the request; a warning holds at most 120 characters. */
export type Decision = Injected | Skipped | Denied | NamespaceNeeded;

export interface Injected {
  readonly outcome: 'injected';
  readonly reason: 'injected';
  readonly message: string;
  readonly pod: Pod;
  readonly injection: Injection;
  readonly warnings: readonly string[];
}
export interface Skipped {
  readonly outcome: 'skipped';
  readonly reason: Reason;
  readonly message: string;
  readonly warnings: readonly string[];
}
export interface Denied {
  readonly outcome: 'denied';
  readonly reason: Reason;
  readonly message: string;
}
/** The rules came to the namespace and it was not given: look it up and ask again. */
export interface NamespaceNeeded {
  readonly outcome: 'namespace-needed';
}

/** A rule that holds for a Pod: true, or what it found. */
type Finding = boolean | string | undefined;

interface Rule {
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
 * | the proxy's ports, user or volume names are taken | port-, uid-, volume-conflict | deny |
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

/** Whether a Pod gets a proxy, and why. Pure; linear in the size of the Pod; throws only on a bug. */
export function decide(subject: Subject): Decision {
  const facts = new Facts(subject);
  for (const rule of RULES) {
    if (rule.asksNamespace && subject.namespace === undefined) return { outcome: 'namespace-needed' };
    const finding = rule.holds(facts);
    if (finding) return answer(rule, finding, subject.settings);
  }
  const { pod, overridden } = facts;
  return {
    outcome: 'injected',
    reason: 'injected',
    message: REASONS.injected,
    pod,
    injection: overridden.injection,
    warnings: injectionWarnings(pod, overridden.injection, facts.annotations),
  };
}

function answer(
  { reason, answer, warns }: Rule,
  finding: true | string,
  settings: Settings,
): Skipped | Denied {
  const message = finding === true ? REASONS[reason] : `${REASONS[reason]} ${finding}`;
  if (answer === 'deny' || (answer === 'ineligible' && settings.ineligiblePods === 'deny')) {
    return { outcome: 'denied', reason, message };
  }
  const warnings = answer === 'ineligible' || warns ? [warning(message)] : [];
  return { outcome: 'skipped', reason, message, warnings };
}

/** What the rules look at; what costs something is worked out when it is first asked for. */
class Facts {
  readonly object: unknown;
  readonly request: RequestFacts;
  readonly settings: Settings;
  readonly #subject: Subject;
  #overridden: ReturnType<typeof applyOverrides> | undefined;

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

  get overridden(): ReturnType<typeof applyOverrides> {
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
  const { apiVersion = 'v1', kind: objectKind = 'Pod' } = (object ?? {}) as {
    apiVersion?: unknown;
    kind?: unknown;
  };
  return (
    (operation ?? 'CREATE') === 'CREATE' &&
    (kind ?? `/${apiVersion}/${objectKind}`) === '/v1/Pod' &&
    (subResource ?? '') === ''
  );
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
function companions({ spec }: Pod, { mode }: Injection): readonly Container[] {
  const init = (spec.initContainers ?? []).filter(
    ({ restartPolicy }) => mode === 'native' || restartPolicy === 'Always',
  );
  return [...spec.containers, ...init];
}

function portConflict({ pod, settings, overridden }: Facts): Finding {
  const taken = proxyPorts(settings).map(({ containerPort, protocol }) => `${containerPort}/${protocol}`);
  for (const { name, ports } of companions(pod, overridden.injection)) {
    const port = ports?.map(({ containerPort, protocol }) => `${containerPort}/${protocol ?? 'TCP'}`);
    const conflict = port?.find((each) => taken.includes(each));
    if (conflict !== undefined) return `Container ${name}: port ${conflict}.`;
  }
  return undefined;
}

function uidConflict({ pod, settings, overridden }: Facts): Finding {
  const fallback = pod.spec.securityContext?.runAsUser;
  const conflict = companions(pod, overridden.injection).find(
    ({ securityContext }) => (securityContext?.runAsUser ?? fallback) === settings.proxy.uid,
  );
  return conflict && `Container ${conflict.name}: runAsUser ${settings.proxy.uid}.`;
}

function volumeConflict({ pod, settings }: Facts): Finding {
  const needed = settings.pod.volumes;
  if (needed.length === 0) return undefined;
  const conflict = pod.spec.volumes?.find(({ name }) => needed.some((volume) => volume.name === name));
  return conflict && `Volume ${conflict.name}.`;
}

function injectionWarnings(pod: Pod, { mode }: Injection, annotations: StringMap): string[] {
  const warnings = unknownKeys(annotations).map((key) => warning(`unknown annotation ${key}`));
  if (mode === 'container' && (pod.spec.restartPolicy ?? 'Always') !== 'Always') {
    warnings.push(
      warning('the proxy keeps this Pod running after its work; set proxy-injection/mode: native'),
    );
  }
  return warnings.length > 5 ? [...warnings.slice(0, 5), warning(`${warnings.length - 5} more`)] : warnings;
}

/** The API server asks for at most 120 characters: kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response. */
function warning(text: string): string {
  const full = `proxy-injection: ${text}`;
  return full.length > 120 ? `${full.slice(0, 117)}...` : full;
}
