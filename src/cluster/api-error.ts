import { isObject } from '../core/values/json.js';

/** A request that did not get a 200. `status` is undefined if there was no response. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** The server sent more than the client reads. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';

  constructor(maxBytes: number) {
    super(`expected a response of at most ${maxBytes} bytes, got more`);
  }
}

/** Whether a request failed because of a {@link TooLargeError}. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof ApiError && error.cause instanceof TooLargeError;
}

/**
 * Whether the API server no longer has the requested history, so that the client must list again:
 * kubernetes.io/docs/reference/using-api/api-concepts/#410-gone-responses.
 */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 410;
}

/** The error for a response other than 200. Its body is a metav1.Status, unless it comes from a proxy in between. */
export function statusError(status: number | undefined, body: string): ApiError {
  return new ApiError(`${status} ${statusMessage(body).slice(0, 500)}`.trim(), status);
}

/** The error of an ERROR watch event. Its object is a metav1.Status with the fields `code` and `message`. */
export function eventError(object: unknown): ApiError {
  const { code, message } = isObject(object) ? object : {};
  const status = typeof code === 'number' ? code : undefined;
  return new ApiError(`the watch failed: ${status ?? 'unknown error'} ${message ?? ''}`.trim(), status);
}

/**
 * Describes an error in one line. Adds the code to Node's errors: some say little without it, a failed connect nothing.
 */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, name, code } = error as NodeJS.ErrnoException;
  if (message === '') return code ?? name;
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

function statusMessage(body: string): string {
  try {
    const status: unknown = JSON.parse(body);
    if (isObject(status) && typeof status.message === 'string') return status.message;
  } catch {
    // Not a metav1.Status, so not from the API server itself.
  }
  return body.trim();
}
