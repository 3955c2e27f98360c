/** Why a request failed without a decision: the label `reason` of `admission_requests_total{outcome="error"}`. */
export const ERROR_REASONS = [
  'bad-request',
  'body-too-large',
  'body-too-complex',
  'body-fragmented',
  'overloaded',
  'body-incomplete',
  'not-found',
  'method-not-allowed',
  'unknown-namespace',
  'namespace-lookup-failed',
  'internal-error',
] as const;
export type ErrorReason = (typeof ERROR_REASONS)[number];

/** A request that is answered with an HTTP error, so that the cluster's failurePolicy decides. */
export class AdmissionError extends Error {
  override readonly name = 'AdmissionError';

  constructor(
    readonly status: number,
    readonly reason: ErrorReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The body of the HTTP error: a metav1 Status, whose message the API server includes in its error. */
export function encodeStatus({ status, message }: AdmissionError): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Status', status: 'Failure', message, code: status });
}
