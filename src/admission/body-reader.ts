import type { IncomingMessage } from 'node:http';
import { AdmissionError } from '../review/admission-error.js';
import type { PendingBytes, Reservation } from './pending-bytes.js';

/**
 * The API server accepts requests of up to 3 MiB (k8s.io/apiserver, MaxRequestBodyBytes); an AdmissionReview may hold
 * two objects and their managed fields.
 */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** Up to here an oversized body is read and dropped, so that the client can read the answer; beyond, it is cut off. */
const MAX_DISCARDED_BYTES = 8 * MAX_BODY_BYTES;

/** The first allocation of a body that does not arrive in one piece; it doubles from there. */
const FIRST_BYTES = 16 * 1024;

/**
 * From this many pieces on, they must have so many bytes on average. Each piece costs about as much time, whatever
 * its size; an API server sends pieces of a kilobyte and more.
 */
const MANY_PIECES = 1024;
const MIN_MEAN_BYTES = 128;

/** Exactly one of the two is called, once. The body counts as pending until its reservation is released. */
export interface BodyListener {
  readonly onBody: (body: Buffer, reservation: Reservation) => void;
  readonly onError: (error: AdmissionError) => void;
}

/** Reads a whole body into one growing buffer, whose size is reserved. Nothing beyond the limits is kept in memory. */
export class BodyReader {
  readonly #reservation: Reservation;
  #buffer: Buffer | undefined;
  #size = 0;
  #pieces = 0;
  #settled = false;

  constructor(
    private readonly request: IncomingMessage,
    private readonly listener: BodyListener,
    pending: PendingBytes,
  ) {
    this.#reservation = pending.open(() => this.#fail(overloaded));
    request.on('data', (chunk: Buffer) => this.#take(chunk));
    request.on('end', () => this.#finish());
    request.on('close', () => this.#fail(() => this.#incomplete()));
    request.on('error', () => {}); // 'close' follows and reports it
  }

  #take(chunk: Buffer): void {
    const before = this.#size;
    this.#size += chunk.length;
    this.#pieces += 1;
    if (this.#size > MAX_DISCARDED_BYTES) this.request.destroy();
    if (this.#settled) return;
    if (this.#size > MAX_BODY_BYTES) this.#buffer = this.#release();
    else if (this.#pieces > MANY_PIECES && this.#size < this.#pieces * MIN_MEAN_BYTES) this.#fail(fragmented);
    else if (before === 0 && this.request.headers['content-length'] === String(chunk.length))
      this.#buffer = chunk;
    else this.#append(chunk, before);
  }

  /** Copies, since a chunk keeps alive the 64 KiB that it was read into. */
  #append(chunk: Buffer, before: number): void {
    if (this.#buffer === undefined || this.#buffer.length < this.#size) {
      const capacity = Math.min(Math.max(FIRST_BYTES, 2 * before, this.#size), MAX_BODY_BYTES);
      if (!this.#reservation.grow(capacity)) {
        this.#fail(overloaded);
        return;
      }
      const larger = Buffer.allocUnsafeSlow(capacity);
      this.#buffer?.copy(larger, 0, 0, before);
      this.#buffer = larger;
    }
    chunk.copy(this.#buffer, before);
  }

  #finish(): void {
    if (this.#size > MAX_BODY_BYTES) this.#fail(tooLarge);
    if (this.#settled) return;
    this.#settled = true;
    this.#reservation.keep();
    const body = this.#buffer?.subarray(0, this.#size) ?? Buffer.alloc(0);
    this.#buffer = undefined; // requests may outlive their answer until a full collection; their bytes need not
    this.listener.onBody(body, this.#reservation);
  }

  /** Takes a function, because each request closes after its body was read, and an error collects a stack trace. */
  #fail(errorOf: () => AdmissionError): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#buffer = this.#release();
    this.listener.onError(errorOf());
  }

  #release(): undefined {
    this.#reservation.release();
  }

  #incomplete(): AdmissionError {
    if (this.#size > MAX_BODY_BYTES) return tooLarge();
    const message = `the body: the client disconnected after ${this.#size} bytes`;
    return new AdmissionError(400, 'body-incomplete', message);
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

function tooLarge(): AdmissionError {
  return new AdmissionError(
    413,
    'body-too-large',
    `the body: expected at most ${MAX_BODY_BYTES} bytes, got more`,
  );
}

function fragmented(): AdmissionError {
  const message = `the body: expected pieces of at least ${MIN_MEAN_BYTES} bytes on average, got smaller ones`;
  return new AdmissionError(400, 'body-fragmented', message);
}

function overloaded(): AdmissionError {
  const message =
    'the bodies being received take all the memory there is for them (webhook.maxPendingMebibytes)';
  return new AdmissionError(503, 'overloaded', message);
}
