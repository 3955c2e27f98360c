/** The cluster could not be reached, or rejected a request. Shown without a stack; the exit code is 1. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';

  constructor(
    message: string,
    /** The status of the response; undefined if there was none. */
    readonly status?: number | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Whether the user lacks a permission. */
  get isForbidden(): boolean {
    return this.status === 403;
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }

  /** Whether the same request may succeed later: there was no answer, or the server is busy or failed. */
  get isTransient(): boolean {
    return this.status === undefined || this.status === 429 || this.status >= 500;
  }
}
