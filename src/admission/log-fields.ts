import { isObject } from '../core/values/json.js';
import { redactEnv } from '../core/values/redaction.js';
import type { AdmissionRequest } from '../review/review.js';
import type { Call } from './call.js';

/** The longest name Kubernetes allows; an API server sends none longer. */
const MAX_TEXT = 253;

/** The result of a request, and how many milliseconds it took. */
export interface RequestResult {
  readonly outcome: string;
  readonly reason: string;
  readonly ms: number;
}

/** The fields of a log line, of which those of a request that could not be read has but the last two. */
export interface AdmissionFields {
  readonly uid?: string;
  readonly namespace?: string;
  readonly pod?: string | undefined;
  readonly owner?: string | undefined;
  readonly dryRun?: true | undefined;
  readonly trace?: string | undefined;
  readonly durationUs?: number;
  readonly outcome: string;
  readonly reason: string;
}

/**
 * The fields of the log line of a request; undefined ones are left out. Accepts whatever a client may send.
 *
 * - `pod`: a Pod of a controller has no name yet, so this is its generateName, which ends in a dash.
 * - `trace`: the trace id of a `traceparent` header (w3.org/TR/trace-context/#traceparent-header).
 * - `durationUs`: whole microseconds. V8 caches the string of every fraction it formats, and these would hardly ever
 *   repeat.
 */
export function admissionFields(
  { uid, object, facts, dryRun }: AdmissionRequest,
  { traceparent }: Call,
  { outcome, reason, ms }: RequestResult,
): AdmissionFields {
  const metadata = isObject(object) && isObject(object.metadata) ? object.metadata : {};
  return {
    uid: uid.slice(0, MAX_TEXT),
    namespace: facts.namespace,
    pod: textOf(metadata.name) ?? textOf(metadata.generateName),
    owner: ownerOf(metadata.ownerReferences),
    dryRun: dryRun || undefined,
    trace: traceparent === undefined ? undefined : /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent)?.[1],
    durationUs: Math.round(ms * 1000),
    outcome,
    reason,
  };
}

/** The operations of a patch, the values of environment variables redacted. */
export function patchForLog(patch: string): unknown {
  return JSON.parse(Buffer.from(patch, 'base64').toString(), (key, value) =>
    key === 'env' && Array.isArray(value) ? redactEnv(value) : value,
  );
}

function ownerOf(references: unknown): string | undefined {
  if (!Array.isArray(references)) return undefined;
  const owner = references.find((reference) => isObject(reference) && reference.controller === true);
  const [kind, name] = [textOf(owner?.kind), textOf(owner?.name)];
  return kind && name && `${kind}/${name}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : undefined;
}
