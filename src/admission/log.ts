import { isObject, type JsonObject } from '../core/json.js';
import type { Call } from './admission.controller.js';
import type { AdmissionRequest } from './review.js';

/**
 * The fields of the one log line of a request. A Pod made by a controller has no name yet: then `pod` is its generateName, which
 * ends in a dash. `trace` is the trace id of a `traceparent` header (w3.org/TR/trace-context/#traceparent-header).
 */
export function admissionFields({ uid, object, facts, dryRun }: AdmissionRequest, call: Call): JsonObject {
  const metadata = isObject(object) && isObject(object.metadata) ? object.metadata : {};
  const trace = call.traceparent?.split('-')[1];
  const owner = ownerOf(metadata.ownerReferences);
  return {
    uid,
    namespace: facts.namespace,
    pod: metadata.name ?? metadata.generateName,
    ...(owner !== undefined && { owner }),
    ...(dryRun && { dryRun }),
    ...(trace !== undefined && { trace }),
    durationMs: Math.round((performance.now() - call.startedAt) * 1000) / 1000,
  };
}

/** The operations of a patch with every value of an environment variable left out. */
export function patchForLog(patch: string): unknown {
  return JSON.parse(Buffer.from(patch, 'base64').toString(), (key, value) =>
    key === 'env' && Array.isArray(value) ? value.map((entry) => ({ ...entry, value: '[redacted]' })) : value,
  );
}

function ownerOf(references: unknown): string | undefined {
  if (!Array.isArray(references)) return undefined;
  const owner = references.find((reference) => isObject(reference) && reference.controller === true);
  return owner === undefined ? undefined : `${owner.kind}/${owner.name}`;
}
