import type { ServerResponse } from 'node:http';
import { eventLine } from './fake-namespaces.js';

/** How the fake API server answers one request; `usual` answers it as it would have been. */
export type Answer = (response: ServerResponse, usual: () => void) => void;

/** An answer that has no need of the usual one. */
export type PlainAnswer = (response: ServerResponse) => void;

/** A status with the metav1.Status that explains it. */
export function status(code: number, message = `status ${code}`): PlainAnswer {
  return body(JSON.stringify(statusObject(code, message)), code);
}

/** 200, or another status, with this text. */
export function body(text: string, code = 200): PlainAnswer {
  return (response) => response.writeHead(code, { 'content-type': 'application/json' }).end(`${text}\n`);
}

/** No answer at all. */
export const hang: PlainAnswer = () => {};

/** The connection is closed without an answer. */
export const drop: PlainAnswer = (response) => response.destroy();

/** A watch event of type ERROR. */
export function errorLine(code: number, message = `status ${code}`): string {
  return eventLine('ERROR', statusObject(code, message));
}

function statusObject(code: number, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code };
}
