import { asObject } from '../core/values/json.js';

/** A request that did not succeed. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    message: string,
    /** Undefined if there was no response. */
    readonly status: number | undefined,
    /** The reason of the metav1.Status, such as `NotFound`. Undefined if the response was none. */
    readonly reason: string | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
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

/** Whether the API server itself says that an object does not exist. A 404 of anything in between does not count. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404 && error.reason === 'NotFound';
}

/** The error for an unsuccessful response. Its body is a metav1.Status, unless it comes from a proxy in between. */
export function statusError(status: number | undefined, body: string): ApiError {
  const { message, reason } = statusFields(body);
  return new ApiError(`${status} ${(message ?? body.trim()).slice(0, 500)}`.trim(), status, reason);
}

/** The error of an ERROR watch event. Its object is a metav1.Status with the fields `code` and `message`. */
export function eventError(object: unknown): ApiError {
  const { code, message, reason } = asObject(object);
  const status = typeof code === 'number' ? code : undefined;
  const text = `the watch failed: ${status ?? 'unknown error'} ${message ?? ''}`.trim();
  return new ApiError(text, status, textOf(reason));
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

function statusFields(body: string): { message?: string | undefined; reason?: string | undefined } {
  try {
    const { message, reason } = asObject(JSON.parse(body));
    return { message: textOf(message), reason: textOf(reason) };
  } catch {
    return {}; // Not a metav1.Status, so not from the API server itself.
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
