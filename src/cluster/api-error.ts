import { isObject } from '../core/values/json.js';

/** A request that did not end in a 200; `status` is what the API server answered, undefined if it did not. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/**
 * True if the API server no longer has the history that was asked for, and a new list is the way on:
 * kubernetes.io/docs/reference/using-api/api-concepts/#410-gone-responses.
 */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 410;
}

/** The error that an answer other than 200 stands for. Its body is a metav1.Status, except from proxies on the way. */
export function statusError(status: number | undefined, body: string): ApiError {
  return new ApiError(`${status} ${statusMessage(body).slice(0, 500)}`.trim(), status);
}

/** The error in a watch event of type ERROR, whose object is a metav1.Status with the fields `code` and `message`. */
export function eventError(object: unknown): ApiError {
  const { code, message } = isObject(object) ? object : {};
  const status = typeof code === 'number' ? code : undefined;
  return new ApiError(`the watch reports ${status ?? 'an error'} ${message ?? ''}`.trim(), status);
}

/** What went wrong, in one line: some errors of Node say little without their code, and that of a failed connect nothing. */
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
    // Not from the API server itself: the text is all there is.
  }
  return body.trim();
}
