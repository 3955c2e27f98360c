import type { IncomingMessage } from 'node:http';
import { AdmissionError } from '../review/admission-error.js';

/**
 * The API server accepts requests of up to 3 MiB (k8s.io/apiserver, MaxRequestBodyBytes); an AdmissionReview may hold
 * two objects and their managed fields.
 */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** Up to here an oversized body is read and dropped, so that the client can read the answer; beyond, it is cut off. */
const MAX_DISCARDED_BYTES = 8 * MAX_BODY_BYTES;

/** Exactly one of the two is called, once. */
export interface BodyListener {
  readonly onBody: (body: Buffer) => void;
  readonly onError: (error: AdmissionError) => void;
}

/** Reads a whole body. Nothing beyond the limit is kept in memory. */
export class BodyReader {
  #chunks: Buffer[] = [];
  #size = 0;
  #settled = false;

  constructor(
    private readonly request: IncomingMessage,
    private readonly listener: BodyListener,
  ) {
    request.on('data', (chunk: Buffer) => this.#take(chunk));
    request.on('end', () => this.#settle(() => this.#finish()));
    request.on('close', () => this.#settle(() => listener.onError(this.#incomplete())));
    request.on('error', () => {}); // 'close' follows and reports it
  }

  #take(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size <= MAX_BODY_BYTES) this.#chunks.push(chunk);
    else this.#chunks = [];
    if (this.#size > MAX_DISCARDED_BYTES) {
      this.#settle(() => this.#finish());
      this.request.destroy();
    }
  }

  #finish(): void {
    if (this.#size > MAX_BODY_BYTES) {
      const message = `the body: expected at most ${MAX_BODY_BYTES} bytes, got more`;
      this.listener.onError(new AdmissionError(413, 'body-too-large', message));
    } else {
      const [first] = this.#chunks;
      const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
      this.#chunks = []; // requests may outlive their answer until a full collection; their bytes need not
      this.listener.onBody(body);
    }
  }

  #incomplete(): AdmissionError {
    const message = `the body: the client disconnected after ${this.#size} bytes`;
    return new AdmissionError(400, 'body-incomplete', message);
  }

  #settle(settle: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    settle();
  }
}

/**
 * Reads a body without keeping any of it, so that the client can read the answer; cuts the client off at the same
 * limit.
 */
export function discardBody(request: IncomingMessage): void {
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_DISCARDED_BYTES) request.destroy();
  });
  request.on('error', () => {});
}
