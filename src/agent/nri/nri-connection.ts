import { connect, type Socket } from 'node:net';
import { ProtocolError } from './frames.js';
import { decode, encode } from './message-codec.js';
import { RequestSchema, ResponseSchema } from './messages_pb.js';
import { type ConnectionName, MuxReader, muxBytes } from './mux.js';
import { CODES, RpcError } from './rpc-error.js';
import { type TtrpcMessage, TtrpcReader, ttrpcBytes } from './ttrpc.js';

/** A call as it arrives. */
export interface Call {
  readonly service: string;
  readonly method: string;
  readonly payload: Uint8Array;
  /** How long the runtime waits for the answer; 0 if it does not say. */
  readonly timeoutMs: number;
}

/** Answers a call with the payload of the response. An {@link RpcError} is answered as it is. */
export type Answer = (call: Call) => Promise<Buffer>;

interface Waiting {
  readonly resolve: (payload: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** A connection to the runtime, on which both sides call each other. */
export class NriConnection {
  /** Resolves once the connection is closed: to what went wrong, or to undefined if either side closed it. */
  readonly closed: Promise<Error | undefined>;
  readonly #mux = new MuxReader();
  readonly #readers = { plugin: new TtrpcReader('request'), runtime: new TtrpcReader('response') };
  readonly #waiting = new Map<number, Waiting>();
  #nextStream = 1; // of a client, streams are odd and ascend

  private constructor(
    private readonly socket: Socket,
    private readonly answer: Answer,
  ) {
    this.closed = new Promise((resolve) => {
      let cause: Error | undefined;
      socket.on('error', (error) => {
        cause = error;
      });
      socket.on('close', () => {
        for (const { reject } of this.#waiting.values())
          reject(cause ?? new Error('the runtime closed the connection'));
        resolve(cause);
      });
    });
    socket.on('data', (chunk) => this.#read(chunk));
  }

  /**
   * Connects to the socket at a path, until `signal` is aborted. Rejects with the error of the system.
   */
  static open(path: string, signal: AbortSignal, answer: Answer): Promise<NriConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ path, signal });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new NriConnection(socket, answer));
      });
    });
  }

  /** Calls a method of the runtime. Rejects with an {@link RpcError}, or if the connection closes first. */
  call(service: string, method: string, payload: Buffer): Promise<Uint8Array> {
    const stream = this.#nextStream;
    this.#nextStream += 2;
    return new Promise((resolve, reject) => {
      this.#waiting.set(stream, { resolve, reject });
      this.#send('runtime', {
        type: 'request',
        stream,
        payload: encode(RequestSchema, { service, method, payload }),
      });
    });
  }

  /** Sends what is left, and closes the connection. */
  close(): void {
    this.socket.end(() => this.socket.destroy());
  }

  #send(connection: ConnectionName, message: TtrpcMessage): void {
    this.socket.write(muxBytes({ connection, bytes: ttrpcBytes(message) }));
  }

  #read(chunk: Buffer): void {
    try {
      for (const { connection, bytes } of this.#mux.read(chunk)) {
        const messages = this.#readers[connection].read(bytes);
        for (const message of messages) {
          if (connection === 'plugin') this.#onRequest(message);
          else this.#onResponse(message);
        }
      }
    } catch (error) {
      this.socket.destroy(error as Error);
    }
  }

  #onRequest({ stream, payload }: TtrpcMessage): void {
    const { service, method, payload: inner, timeoutNano } = decoded(RequestSchema, payload, 'request');
    const call = { service, method, payload: inner, timeoutMs: Number(timeoutNano) / 1e6 };
    const respond = (response: Parameters<typeof encode<typeof ResponseSchema>>[1]) => {
      if (this.socket.writable) {
        this.#send('plugin', { type: 'response', stream, payload: encode(ResponseSchema, response) });
      }
    };
    this.answer(call).then(
      (answer) => respond({ payload: answer }),
      (error: Error) =>
        respond({
          status: { code: error instanceof RpcError ? error.code : CODES.unknown, message: error.message },
        }),
    );
  }

  #onResponse({ stream, payload }: TtrpcMessage): void {
    const { status, payload: inner } = decoded(ResponseSchema, payload, 'response');
    const waiting = this.#waiting.get(stream);
    if (waiting === undefined) {
      throw new ProtocolError(`stream of a ttrpc response: expected that of a call, got ${stream}`);
    }
    this.#waiting.delete(stream);
    if (status === undefined || status.code === 0) waiting.resolve(inner);
    else waiting.reject(new RpcError(status.message, status.code));
  }
}

function decoded<T extends typeof RequestSchema | typeof ResponseSchema>(
  schema: T,
  payload: Buffer,
  what: string,
) {
  try {
    return decode(schema, payload);
  } catch (error) {
    throw new ProtocolError(`a ttrpc ${what}: expected a protobuf message, got ${(error as Error).message}`);
  }
}
