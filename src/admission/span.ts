import type { Attributes } from '@opentelemetry/api';
import { asObject } from '../core/values/json.js';
import type { AdmissionSpan } from '../observability/traces/traces.js';
import type { AdmissionRequest } from '../review/review.js';
import type { Call } from './call.js';
import type { AdmissionFields } from './log-fields.js';

/** The owners that have an attribute of their own: opentelemetry.io/docs/specs/semconv/registry/attributes/k8s. */
const OWNERS = new Map([
  ['DaemonSet', 'k8s.daemonset.name'],
  ['Job', 'k8s.job.name'],
  ['ReplicaSet', 'k8s.replicaset.name'],
  ['ReplicationController', 'k8s.replicationcontroller.name'],
  ['StatefulSet', 'k8s.statefulset.name'],
]);

/** What the log says about an answer. */
interface LoggedAnswer {
  readonly request: AdmissionRequest | undefined;
  readonly fields: AdmissionFields;
  readonly ms: number;
  readonly status: number;
  readonly message: string;
}

/** The span of an answer. */
export function spanOf({ traceparent, tracestate }: Call, answer: LoggedAnswer): AdmissionSpan {
  const { ms, status, message } = answer;
  const error = status >= 500 ? message : undefined;
  return { traceparent, tracestate, ms, error, attributes: () => attributesOf(answer) };
}

/**
 * The fields of the log line, and those of every HTTP request, with the names of OpenTelemetry's conventions where they
 * have one: opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server. OpenTelemetry skips undefined ones.
 */
function attributesOf({ request, fields, status }: LoggedAnswer): Attributes {
  const { pod, owner, reason } = fields;
  const hasName = typeof asObject(asObject(request?.object).metadata).name === 'string'; // Pods of controllers do not
  const attributes: Attributes = {
    'http.request.method': 'POST',
    'http.response.status_code': status,
    'http.route': '/mutate',
    'url.path': '/mutate',
    'url.scheme': 'https',
    'error.type': status >= 500 ? reason : undefined,
    'k8s.namespace.name': fields.namespace,
    'k8s.pod.name': hasName ? pod : undefined,
    'proxy_injection.generate_name': hasName ? undefined : pod,
    'proxy_injection.uid': fields.uid,
    'proxy_injection.dry_run': fields.dryRun,
    'proxy_injection.outcome': fields.outcome,
    'proxy_injection.reason': reason,
  };
  if (owner === undefined) return attributes;
  const slash = owner.indexOf('/');
  const key = OWNERS.get(owner.slice(0, slash));
  if (key === undefined) attributes['proxy_injection.owner'] = owner;
  else attributes[key] = owner.slice(slash + 1);
  return attributes;
}
