import type { IncomingMessage } from 'node:http';
import { AdmissionError } from '../review/admission-error.js';

/** The API server takes requests of up to 3 MiB (k8s.io/apiserver, MaxRequestBodyBytes); an AdmissionReview may hold two objects and managed fields. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** A client that sends more than this is cut off; up to here it is heard out, so that it can read the answer. */
const MAX_DISCARDED_BYTES = 8 * MAX_BODY_BYTES;

/** Who is told of the body. */
export interface BodyListener {
  readonly onBody: (body: Buffer) => void;
  readonly onError: (problem: AdmissionError) => void;
}

/** Reads a whole body once; calls exactly one of the two. What is over the limit is not kept in memory. */
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
    request.on('error', () => {}); // 'close' follows, and says all there is to say
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
      this.#chunks = []; // some requests that were in flight stay until a full collection, and these bytes need not
      this.listener.onBody(body);
    }
  }

  #incomplete(): AdmissionError {
    return new AdmissionError(
      400,
      'body-incomplete',
      `the body: the client broke off after ${this.#size} bytes`,
    );
  }

  #settle(settle: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    settle();
  }
}
