import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { decode, encode } from './message-codec.js';
import {
  ConfigureRequestSchema,
  ConfigureResponseSchema,
  EmptySchema,
  Event,
  type PodSandbox,
  PodSandboxRequestSchema,
  RegisterPluginRequestSchema,
  StateChangeEventSchema,
  SynchronizeRequestSchema,
  SynchronizeResponseSchema,
} from './messages_pb.js';
import { type Answer, type Call, NriConnection } from './nri-connection.js';
import { CODES, RpcError } from './rpc-error.js';

const PACKAGE = 'nri.pkg.api.v1alpha1';
const ENDS: readonly Event[] = [Event.STOP_POD_SANDBOX, Event.REMOVE_POD_SANDBOX];
/** What the plugin subscribes to. */
const EVENTS = [Event.RUN_POD_SANDBOX, Event.CREATE_CONTAINER, ...ENDS];
const NOTHING = encode(EmptySchema, {});

/** What a plugin is called, and where in the order of plugins: two digits. */
export interface PluginIdentity {
  readonly name: string;
  readonly index: string;
}

/** What the runtime tells a plugin. What it rejects with is the answer to the runtime. */
export interface PluginEvents {
  /** The runtime accepted the plugin. `runtime` is its name and version. */
  configured(runtime: string): void;
  /** All Pods that the runtime has. */
  synchronize(pods: readonly PodSandbox[], timeoutMs: number): Promise<void>;
  /** A Pod has its network, and no container yet. */
  runPodSandbox(pod: PodSandbox, timeoutMs: number): Promise<void>;
  /** A container of a Pod is about to be created. */
  createContainer(pod: PodSandbox, timeoutMs: number): Promise<void>;
  /** A Pod has ended. */
  podEnded(id: string): void;
}

/**
 * Connects to the runtime, until `signal` is aborted, and registers a plugin. The runtime then configures and
 * synchronizes it. Rejects if it cannot connect or register.
 */
export async function connectPlugin(
  socket: string,
  { name, index }: PluginIdentity,
  events: PluginEvents,
  signal: AbortSignal,
): Promise<NriConnection> {
  const connection = await NriConnection.open(socket, signal, answerOf(events));
  const registration = encode(RegisterPluginRequestSchema, { pluginName: name, pluginIdx: index });
  try {
    await connection.call(`${PACKAGE}.Runtime`, 'RegisterPlugin', registration);
  } catch (error) {
    connection.close();
    throw new Error(`RegisterPlugin: ${(error as Error).message}`);
  }
  return connection;
}

/** Answers the calls of one connection. */
function answerOf(events: PluginEvents): Answer {
  const known: PodSandbox[] = [];
  const methods: { readonly [method: string]: Answer } = {
    async Configure(call) {
      const { runtimeName, runtimeVersion } = request(ConfigureRequestSchema, call);
      events.configured(`${runtimeName} ${runtimeVersion}`);
      const mask = EVENTS.reduce((bits, event) => bits | (1 << (event - 1)), 0);
      return encode(ConfigureResponseSchema, { events: mask });
    },
    async Synchronize(call) {
      const { pods, more } = request(SynchronizeRequestSchema, call);
      known.push(...pods);
      if (!more) await events.synchronize(known.splice(0), call.timeoutMs);
      return encode(SynchronizeResponseSchema, { more });
    },
    RunPodSandbox: async (call) => podEvent(Event.RUN_POD_SANDBOX, podOf(call), call),
    StopPodSandbox: async (call) => podEvent(Event.STOP_POD_SANDBOX, podOf(call), call),
    RemovePodSandbox: async (call) => podEvent(Event.REMOVE_POD_SANDBOX, podOf(call), call),
    CreateContainer: async (call) => podEvent(Event.CREATE_CONTAINER, podOf(call), call),
    // Before NRI v0.12, the runtime sends what happens to Pods as events.
    async StateChange(call) {
      const { event, pod } = request(StateChangeEventSchema, call);
      return podEvent(event, required(pod), call);
    },
    Shutdown: async () => NOTHING,
  };

  async function podEvent(event: Event, pod: PodSandbox, { timeoutMs }: Call): Promise<Buffer> {
    if (event === Event.RUN_POD_SANDBOX) await events.runPodSandbox(pod, timeoutMs);
    else if (event === Event.CREATE_CONTAINER) await events.createContainer(pod, timeoutMs);
    else if (ENDS.includes(event)) events.podEnded(pod.id);
    return NOTHING;
  }

  return async (call) => {
    const { service, method } = call;
    if (service === `${PACKAGE}.Plugin` && Object.hasOwn(methods, method))
      return (methods[method] as Answer)(call);
    throw new RpcError(`${service}/${method}: not a method of this plugin`, CODES.unimplemented);
  };
}

function podOf(call: Call): PodSandbox {
  return required(request(PodSandboxRequestSchema, call).pod);
}

function required(pod: PodSandbox | undefined): PodSandbox {
  if (pod === undefined || pod.id === '') {
    throw new RpcError('pod: expected a sandbox with an ID, got none', CODES.invalidArgument);
  }
  return pod;
}

function request<T extends DescMessage>(schema: T, { method, payload }: Call): MessageShape<T> {
  try {
    return decode(schema, payload);
  } catch (error) {
    const reason = (error as Error).message;
    throw new RpcError(`${method}: expected a protobuf message, got ${reason}`, CODES.invalidArgument);
  }
}
