import { createServer, type Server, type Socket } from 'node:net';
import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { decode, encode } from '../../src/agent/nri/message-codec.js';
import {
  ConfigureRequestSchema,
  ConfigureResponseSchema,
  EmptySchema,
  PodSandboxRequestSchema,
  RegisterPluginRequestSchema,
  RequestSchema,
  ResponseSchema,
  SynchronizeRequestSchema,
  SynchronizeResponseSchema,
} from '../../src/agent/nri/messages_pb.js';
import { MuxReader, muxBytes } from '../../src/agent/nri/mux.js';
import { TtrpcReader, ttrpcBytes } from '../../src/agent/nri/ttrpc.js';

/** A Pod as the runtime tells it. */
export interface FakePod {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly annotations: { [key: string]: string };
  readonly linux: { namespaces: { type: string; path?: string }[] };
}

/** The answer to a call: an error has a code other than 0. */
export interface FakeAnswer {
  readonly code: number;
  readonly message: string;
  readonly payload: Uint8Array;
}

const PLUGIN = 'nri.pkg.api.v1alpha1.Plugin';

/** How long a runtime waits for a plugin. */
export const RUNTIME_TIMEOUT_MS = 2000;

/** A plugin that connected to the fake runtime. */
export class FakePlugin {
  readonly #mux = new MuxReader();
  readonly #requests = new TtrpcReader('request');
  readonly #responses = new TtrpcReader('response');
  readonly #waiting = new Map<number, (answer: FakeAnswer) => void>();
  readonly registered: Promise<{ pluginName: string; pluginIdx: string }>;
  /** Resolves when the plugin closes the connection. */
  readonly closed: Promise<void>;
  #stream = 1;

  constructor(readonly socket: Socket) {
    this.closed = new Promise((resolve) => {
      socket.on('close', () => resolve());
    });
    socket.on('error', () => {});
    this.registered = new Promise((resolve) => {
      socket.on('data', (chunk) => {
        for (const { connection, bytes } of this.#mux.read(chunk)) {
          if (connection === 'runtime') {
            for (const message of this.#requests.read(bytes)) {
              const { payload } = decode(RequestSchema, message.payload);
              this.#respond(message.stream);
              resolve(decode(RegisterPluginRequestSchema, payload));
            }
          } else for (const message of this.#responses.read(bytes)) this.#onResponse(message);
        }
      });
    });
  }

  /** Sends bytes as they are. */
  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /** Calls a method of the plugin. `cut` writes the bytes in pieces of that size. */
  call<T extends DescMessage>(
    method: string,
    schema: T,
    fields: MessageInitShape<T>,
    { cut = Number.POSITIVE_INFINITY, service = PLUGIN } = {},
  ): Promise<FakeAnswer> {
    const stream = this.#stream;
    this.#stream += 2;
    const timeoutNano = BigInt(RUNTIME_TIMEOUT_MS) * 1_000_000n;
    const request = encode(RequestSchema, { service, method, payload: encode(schema, fields), timeoutNano });
    const message = ttrpcBytes({ type: 'request', stream, payload: request });
    const bytes = muxBytes({ connection: 'plugin', bytes: message });
    const answer = new Promise<FakeAnswer>((resolve) => this.#waiting.set(stream, resolve));
    if (cut >= bytes.length) this.write(bytes);
    else for (let at = 0; at < bytes.length; at += cut) this.write(bytes.subarray(at, at + cut));
    return answer;
  }

  /** Calls a method with a Pod. */
  pod(method: string, pod: FakePod): Promise<FakeAnswer> {
    return this.call(method, PodSandboxRequestSchema, { pod });
  }

  /** Configures the plugin. Resolves to the events to which it subscribes. */
  async configure(): Promise<number> {
    const fields = { runtimeName: 'containerd', runtimeVersion: 'v2.4.2' };
    const { payload } = await this.call('Configure', ConfigureRequestSchema, fields);
    return decode(ConfigureResponseSchema, payload).events;
  }

  /** Sends all Pods, in as many messages as there are lists. Resolves to the `more` of the answers. */
  async synchronize(...parts: readonly (readonly FakePod[])[]): Promise<boolean[]> {
    const answers: boolean[] = [];
    for (const [index, pods] of parts.entries()) {
      const more = index < parts.length - 1;
      const { payload } = await this.call('Synchronize', SynchronizeRequestSchema, { pods: [...pods], more });
      answers.push(decode(SynchronizeResponseSchema, payload).more);
    }
    return answers;
  }

  #respond(stream: number): void {
    const payload = encode(ResponseSchema, { payload: encode(EmptySchema, {}) });
    this.write(muxBytes({ connection: 'runtime', bytes: ttrpcBytes({ type: 'response', stream, payload }) }));
  }

  #onResponse({ stream, payload }: { readonly stream: number; readonly payload: Buffer }): void {
    const { status, payload: inner } = decode(ResponseSchema, payload);
    this.#waiting.get(stream)?.({
      code: status?.code ?? 0,
      message: status?.message ?? '',
      payload: inner,
    });
    this.#waiting.delete(stream);
  }
}

/** The side of the container runtime: a socket on which it speaks NRI with plugins. */
export class FakeRuntime {
  readonly #arrived: FakePlugin[] = [];
  #onArrival: ((plugin: FakePlugin) => void) | undefined;
  #server: Server | undefined;

  constructor(readonly socket: string) {}

  /** Listens, as after the start of the runtime. */
  async start(): Promise<void> {
    const server = createServer((socket) => {
      const plugin = new FakePlugin(socket);
      const onArrival = this.#onArrival;
      this.#onArrival = undefined;
      if (onArrival === undefined) this.#arrived.push(plugin);
      else onArrival(plugin);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.socket, resolve));
  }

  /** The next plugin that connects. */
  next(): Promise<FakePlugin> {
    const plugin = this.#arrived.shift();
    if (plugin !== undefined) return Promise.resolve(plugin);
    return new Promise((resolve) => {
      this.#onArrival = resolve;
    });
  }

  /** The next plugin, registered, configured, and synchronized. */
  async connected(...parts: readonly (readonly FakePod[])[]): Promise<FakePlugin> {
    const plugin = await this.next();
    await plugin.registered;
    await plugin.configure();
    await plugin.synchronize(...(parts.length > 0 ? parts : [[]]));
    return plugin;
  }

  /** Stops listening, and removes the socket. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }
}
