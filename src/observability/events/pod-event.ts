import type { FinalDecision, Injected } from '../../core/decision/decision.js';
import type { Reason } from '../../core/decision/reasons.js';
import { reasonLink } from '../../core/values/documentation.js';
import { asList, asObject, isObject } from '../../core/values/json.js';
import type { AdmissionRequest } from '../../review/review.js';

/** The longest note that the API server accepts, in bytes: pkg/apis/core/validation/events.go. */
const MAX_NOTE = 1024;

/** The longest name and the longest UID that Kubernetes has. A client may send anything. */
const MAX_NAME = 253;

/**
 * The name of an Event begins with that of its owner, and the API server has not validated the Pod yet: a slash would
 * lead to the Events of another namespace.
 */
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Requests that create no Pod, Pods that the API server rejects anyway, and Pods that the kubelet starts. */
const SILENT: readonly Reason[] = ['not-applicable', 'malformed-pod', 'mirror-pod'];

/** What happened to a Pod, for its owner. */
export interface PodEvent {
  readonly namespace: string;
  /** The controller of the Pod. */
  readonly owner: Owner;
  readonly type: 'Normal' | 'Warning';
  readonly action: 'Inject' | 'Skip' | 'Deny';
  readonly reason: string;
  /** Ends with a link to the documentation of the decision's reason. */
  readonly note: string;
}

/** The fields of an ObjectReference: kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * What a Pod's owner should know about a decision: that the Pod has no proxy, was denied, or has a mistake. Undefined
 * if there is nothing to tell, or no controller: whoever creates a Pod directly reads the answer, and the Pod does not
 * exist yet, so that an Event could not refer to it.
 */
export function podEventOf(
  { object, facts }: AdmissionRequest,
  decision: FinalDecision,
): PodEvent | undefined {
  const content = contentOf(decision);
  const owner = content && ownerOf(object);
  if (content === undefined || owner === undefined) return undefined;
  const note = withLink(content.note, reasonLink(decision.reason));
  return { ...content, note, namespace: facts.namespace, owner };
}

type Content = Pick<PodEvent, 'type' | 'action' | 'reason' | 'note'>;

function contentOf(decision: FinalDecision): Content | undefined {
  if (decision.outcome === 'injected') return injectedContent(decision);
  if (SILENT.includes(decision.reason)) return undefined;
  const { outcome, message } = decision;
  const reason = inCamelCase(decision.reason);
  if (outcome === 'denied') return { type: 'Warning', action: 'Deny', reason, note: message };
  if (decision.reason !== 'already-injected')
    return { type: 'Normal', action: 'Skip', reason, note: message };
  const [note] = decision.warnings;
  return note === undefined ? undefined : { type: 'Warning', action: 'Skip', reason, note };
}

function injectedContent({ recordedWarnings }: Injected): Content | undefined {
  if (recordedWarnings.length === 0) return undefined;
  const note = recordedWarnings.join('; ');
  return { type: 'Warning', action: 'Inject', reason: 'InjectedWithWarnings', note };
}

function ownerOf(object: unknown): Owner | undefined {
  const references = asList(asObject(asObject(object).metadata).ownerReferences);
  const { apiVersion, kind, name, uid } = asObject(
    references.find((reference) => isObject(reference) && reference.controller === true),
  );
  return isText(apiVersion) && isText(kind) && isText(name) && DNS_SUBDOMAIN.test(name) && isText(uid)
    ? { apiVersion, kind, name, uid }
    : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME;
}

/** `HostNetwork` for `host-network`. */
function inCamelCase(reason: Reason): string {
  return reason.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A note and a link, of which the note is cut if they are too long. */
function withLink(note: string, link: string): string {
  return `${shortened(note, MAX_NOTE - link.length - 1)} ${link}`;
}

function shortened(note: string, max: number): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= max) return note;
  const dots = '...';
  const start = bytes.subarray(0, max - dots.length).toString();
  return start.replace(/\uFFFD$/, '') + dots; // a character that was cut
}
