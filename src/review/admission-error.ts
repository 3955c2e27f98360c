/** Why a request got no answer from the decision; the reason label of `admission_requests_total{outcome="error"}`. */
export const ERROR_REASONS = [
  'bad-request',
  'body-too-large',
  'body-incomplete',
  'not-found',
  'method-not-allowed',
  'namespace-lookup-failed',
  'internal-error',
] as const;
export type ErrorReason = (typeof ERROR_REASONS)[number];

/** A request that is answered with an HTTP status other than 200, so that the failurePolicy of the cluster decides. */
export class AdmissionError extends Error {
  override readonly name = 'AdmissionProblem';

  constructor(
    readonly status: number,
    readonly reason: ErrorReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The body of such an answer: a metav1 Status, which the API server shows in its error. */
export function encodeStatus({ status, message }: AdmissionError): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Status', status: 'Failure', message, code: status });
}
