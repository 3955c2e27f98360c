import type { FinalDecision } from '../core/decision/decision.js';
import type { RequestFacts } from '../core/decision/subject.js';
import { DNS_LABEL } from '../core/values/dns-label.js';
import { isObject, shown } from '../core/values/json.js';
import { AdmissionError } from './admission-error.js';
import { withoutManagedFields } from './managed-fields.js';

const API_VERSION = 'admission.k8s.io/v1';
const KIND = 'AdmissionReview';

/** What an AdmissionReview asks. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly facts: RequestFacts;
  /** Without the inside of its `managedFields`, where a body was decoded. */
  readonly object: unknown;
  readonly dryRun: boolean;
}

/** Reads the AdmissionReview that a body holds as JSON, but for its `managedFields`: see {@link readReview}. */
export function decodeReview(body: Buffer): AdmissionRequest {
  return readReview(parse(body));
}

/**
 * Reads an AdmissionReview: kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request. The
 * object in it is not looked at. Throws an {@link AdmissionError} of status 400 that names the field.
 */
export function readReview(review: unknown): AdmissionRequest {
  if (!isObject(review)) throw refused('the body', `an ${KIND}`, review);
  const { apiVersion = API_VERSION, kind = KIND, request } = review;
  if (apiVersion !== API_VERSION) throw refused('apiVersion', API_VERSION, apiVersion);
  if (kind !== KIND) throw refused('kind', KIND, kind);
  if (!isObject(request)) throw refused('request', 'an object', request);
  const { uid, object, dryRun } = request;
  if (typeof uid !== 'string' || uid === '') throw refused('request.uid', 'a string that is not empty', uid);
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
 * What the API server gets back; the request is not echoed. `patch` is a JSON Patch in base64. The text is put together here, because
 * all but three fields of it are constants that need no escaping.
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
  try {
    return JSON.parse(withoutManagedFields(body).toString());
  } catch {
    const given = body.length === 0 ? 'nothing' : `${body.length} bytes that are not JSON`;
    throw new AdmissionError(400, 'bad-request', `the body: expected JSON, got ${given}`);
  }
}

function groupVersionKind(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw refused('request.kind', 'an object with group, version and kind', value);
  const [group = '', version = '', kind = ''] = (['group', 'version', 'kind'] as const).map((field) =>
    optionalText(`kind.${field}`, value[field]),
  );
  return `${group}/${version}/${kind}`;
}

function optionalText(field: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw refused(`request.${field}`, 'a string', value);
  return value;
}

/** The request names the namespace; a review that was written by hand may leave it to the object. */
function namespaceOf(given: unknown, object: unknown): string {
  const metadata = isObject(object) && isObject(object.metadata) ? object.metadata : {};
  const namespace = given || metadata.namespace || 'default';
  if (typeof namespace === 'string' && DNS_LABEL.test(namespace)) return namespace;
  throw refused('request.namespace', 'the name of a namespace', namespace);
}

function refused(field: string, expected: string, given: unknown): AdmissionError {
  return new AdmissionError(400, 'bad-request', `${field}: expected ${expected}, got ${shown(given)}`);
}
