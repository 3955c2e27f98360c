import type { ServerResponse } from 'node:http';
import { eventLine } from './fake-namespaces.js';

/** How the fake API server answers one request. `usual` sends the normal response. */
export type Answer = (response: ServerResponse, usual: () => void) => void;

/** An answer without the normal response. */
export type PlainAnswer = (response: ServerResponse) => void;

/** The reasons of some statuses, as a real server gives them. */
const REASONS: { readonly [code: number]: string } = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  410: 'Expired',
};

/** Answers with a status and its metav1.Status. */
export function status(code: number, message = `status ${code}`): PlainAnswer {
  return body(JSON.stringify(statusObject(code, message)), code);
}

/** Answers with this text and 200, or another status. */
export function body(text: string, code = 200): PlainAnswer {
  return (response) => response.writeHead(code, { 'content-type': 'application/json' }).end(`${text}\n`);
}

/** Never answers. */
export const hang: PlainAnswer = () => {};

/** Closes the connection without an answer. */
export const drop: PlainAnswer = (response) => response.destroy();

/** A watch event of type ERROR. */
export function errorLine(code: number, message = `status ${code}`): string {
  return eventLine('ERROR', statusObject(code, message));
}

function statusObject(code: number, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason: REASONS[code], code };
}
