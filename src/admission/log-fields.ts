import { isObject, type JsonObject } from '../core/values/json.js';
import { redactEnv } from '../core/values/redaction.js';
import type { AdmissionRequest } from '../review/review.js';
import type { Call } from './call.js';

/** The longest name that Kubernetes allows; what is longer was not sent by an API server. */
const MAX_TEXT = 253;

/** What came of a request, and in how many milliseconds. */
export interface RequestResult {
  readonly outcome: string;
  readonly reason: string;
  readonly ms: number;
}

/**
 * The fields of the one log line of a request; those that are undefined are left out. A Pod made by a controller has no name yet:
 * then `pod` is its generateName, which ends in a dash. `trace` is the trace id of a `traceparent` header
 * (w3.org/TR/trace-context/#traceparent-header). `durationUs` is a whole number, because V8 keeps the texts of fractions for the
 * next time that they are written, which for as good as all of them never comes. Takes whatever a client may send.
 */
export function admissionFields(
  { uid, object, facts, dryRun }: AdmissionRequest,
  { traceparent }: Call,
  { outcome, reason, ms }: RequestResult,
): JsonObject {
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
