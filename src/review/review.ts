import type { FinalDecision } from '../core/decision/decision.js';
import type { RequestFacts } from '../core/decision/subject.js';
import { DNS_LABEL } from '../core/values/dns-label.js';
import { isObject, shown } from '../core/values/json.js';
import { AdmissionError } from './admission-error.js';
import { checkComplexity } from './complexity.js';
import { withoutManagedFields } from './managed-fields.js';

const API_VERSION = 'admission.k8s.io/v1';
const KIND = 'AdmissionReview';

/** The answer repeats the uid, which of an API server is a UUID. */
const MAX_UID = 253;

/** The request of an AdmissionReview. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly facts: RequestFacts;
  /** The raw object. If decoded from a body, its `managedFields` are empty. */
  readonly object: unknown;
  readonly dryRun: boolean;
}

/** Decodes an AdmissionReview from JSON, skipping `managedFields`. Throws like {@link readReview}. */
export function decodeReview(body: Buffer): AdmissionRequest {
  return readReview(parse(body));
}

/**
 * Reads an AdmissionReview: kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request.
 * Does not check the object. Throws an {@link AdmissionError} with status 400 that names the invalid field.
 */
export function readReview(review: unknown): AdmissionRequest {
  if (!isObject(review)) throw invalid('the body', `an ${KIND}`, review);
  const { apiVersion = API_VERSION, kind = KIND, request } = review;
  if (apiVersion !== API_VERSION) throw invalid('apiVersion', API_VERSION, apiVersion);
  if (kind !== KIND) throw invalid('kind', KIND, kind);
  if (!isObject(request)) throw invalid('request', 'an object', request);
  const { uid, object, dryRun } = request;
  if (typeof uid !== 'string' || uid === '') throw invalid('request.uid', 'a non-empty string', uid);
  if (uid.length > MAX_UID) throw invalid('request.uid', `at most ${MAX_UID} characters`, uid);
  return {
    uid,
    object,
    dryRun: dryRun === true,
    facts: {
      operation: optionalText('operation', request.operation),
      kind: groupVersionKind(request.kind),
      subResource: optionalText('subResource', request.subResource),
      namespace: namespaceOf(request.namespace, object),
    },
  };
}

/**
 * Encodes the response; the request is not echoed. `patch` is a base64-encoded JSON Patch. The JSON is concatenated for
 * speed: all but three fields are constants that need no escaping.
 */
export function encodeReview(uid: string, decision: FinalDecision, patch?: string): string {
  const { outcome, reason } = decision;
  const allowed = outcome !== 'denied';
  return (
    `{"apiVersion":"${API_VERSION}","kind":"${KIND}","response":{"uid":${JSON.stringify(uid)},"allowed":${allowed}` +
    (outcome === 'denied' ? statusField(decision.message) : warningsField(decision.warnings)) +
    `,"auditAnnotations":{"outcome":"${outcome}","reason":"${reason}"}` +
    (patch === undefined ? '}}' : `,"patchType":"JSONPatch","patch":"${patch}"}}`)
  );
}

function statusField(message: string): string {
  return `,"status":{"status":"Failure","message":${JSON.stringify(message)},"reason":"Forbidden","code":403}`;
}

function warningsField(warnings: readonly string[]): string {
  return warnings.length === 0 ? '' : `,"warnings":${JSON.stringify(warnings)}`;
}

function parse(body: Buffer): unknown {
  const json = withoutManagedFields(body);
  checkComplexity(json);
  try {
    return JSON.parse(json.toString());
  } catch {
    const given = body.length === 0 ? 'nothing' : `${body.length} bytes that are not JSON`;
    throw new AdmissionError(400, 'bad-request', `the body: expected JSON, got ${given}`);
  }
}

function groupVersionKind(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid('request.kind', 'an object with group, version, and kind', value);
  const [group = '', version = '', kind = ''] = (['group', 'version', 'kind'] as const).map((field) =>
    optionalText(`kind.${field}`, value[field]),
  );
  return `${group}/${version}/${kind}`;
}

function optionalText(field: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(`request.${field}`, 'a string', value);
  return value;
}

/** The request names the namespace. In handwritten reviews, only the object may. */
function namespaceOf(given: unknown, object: unknown): string {
  const metadata = isObject(object) && isObject(object.metadata) ? object.metadata : {};
  const namespace = given || metadata.namespace || 'default';
  if (typeof namespace === 'string' && DNS_LABEL.test(namespace)) return namespace;
  throw invalid('request.namespace', 'a namespace name', namespace);
}

function invalid(field: string, expected: string, given: unknown): AdmissionError {
  return new AdmissionError(400, 'bad-request', `${field}: expected ${expected}, got ${shown(given)}`);
}
