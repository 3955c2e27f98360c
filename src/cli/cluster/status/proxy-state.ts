import { INIT_NAME, PROXY_NAME } from '../../../core/pod/container-names.js';
import { asList, asObject, type JsonObject } from '../../../core/values/json.js';

/** What the kubelet reports about the containers that the injector added to a Pod. */
export interface ProxyState {
  readonly isReady: boolean;
  readonly restarts: number;
  /** Why the proxy is not ready, such as `proxy-sidecar: CrashLoopBackOff`; undefined if it is, or is just starting. */
  readonly problem: string | undefined;
}

/** The reasons of a container that waits normally. */
const STARTING = ['ContainerCreating', 'PodInitializing'];

/** Reads the state of the proxy from the status of an injected Pod. */
export function proxyState(pod: JsonObject): ProxyState {
  const status = asObject(pod.status);
  const containers = [...asList(status.initContainerStatuses), ...asList(status.containerStatuses)].map(
    asObject,
  );
  const proxy = containers.find(({ name }) => name === PROXY_NAME) ?? {};
  const init = containers.find(({ name }) => name === INIT_NAME) ?? {};
  const isReady = proxy.ready === true;
  const problem = problemOf(INIT_NAME, init) ?? problemOf(PROXY_NAME, proxy) ?? unscheduled(status);
  return { isReady, restarts: Number(proxy.restartCount ?? 0), problem: isReady ? undefined : problem };
}

function problemOf(name: string, { state, lastState }: JsonObject): string | undefined {
  const waiting = asObject(asObject(state).waiting);
  const terminated = asObject(asObject(state).terminated ?? asObject(lastState).terminated);
  const failure =
    terminated.exitCode === undefined || terminated.exitCode === 0
      ? undefined
      : [`exited with ${terminated.exitCode}`, line(terminated.message)].filter(Boolean).join(': ');
  const reason = String(waiting.reason ?? '');
  if (reason === '' || STARTING.includes(reason)) return failure && `${name}: ${failure}`;
  return `${name}: ${[reason, failure ?? line(waiting.message)].filter(Boolean).join(', ')}`;
}

function unscheduled({ conditions }: JsonObject): string | undefined {
  const isUnscheduled = asList(conditions)
    .map(asObject)
    .some(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return isUnscheduled ? 'not scheduled' : undefined;
}

/** The last line of a message that is not empty, which says why, without control characters. */
function line(message: unknown): string | undefined {
  const lines = String(message ?? '')
    .split('\n')
    .map((each) => each.replace(/\p{Cc}/gu, '').trim());
  const last = lines.filter(Boolean).at(-1);
  return last && last.length > 60 ? `${last.slice(0, 57)}...` : last;
}
