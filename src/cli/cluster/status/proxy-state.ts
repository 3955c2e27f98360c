import { isDeepStrictEqual } from 'node:util';
import { INIT_NAME, PROXY_NAME } from '../../../core/pod/container-names.js';
import { asList, asObject, type JsonObject } from '../../../core/values/json.js';

/** What the kubelet reports about the containers that the injector added to a Pod. */
export interface ProxyState {
  readonly isReady: boolean;
  readonly restarts: number;
  /** Why the proxy is not ready, such as `proxy-sidecar: CrashLoopBackOff`; undefined if it is, or is just starting. */
  readonly problem: string | undefined;
}

/** A line of a log can have any length. */
const MAX_LINE = 120;

/** The reasons of a container that waits normally. */
const STARTING = ['ContainerCreating', 'PodInitializing'];

/** Reads the state of the proxy from the status of an injected Pod. */
export function proxyState(pod: JsonObject): ProxyState {
  const proxy = statusOf(pod, PROXY_NAME);
  const isReady = proxy.ready === true;
  const problem = initProblem(pod) ?? problemOf(PROXY_NAME, proxy) ?? unscheduled(asObject(pod.status));
  return { isReady, restarts: Number(proxy.restartCount ?? 0), problem: isReady ? undefined : problem };
}

/** Why the init container of an injected Pod does not succeed; undefined if it does, or has not run. */
export function initProblem(pod: JsonObject): string | undefined {
  return problemOf(INIT_NAME, statusOf(pod, INIT_NAME)) ?? waitingValidator(pod);
}

/** What the validator of node mode waits for, which runs only as long as there is no redirect. */
export function waitingValidator(pod: JsonObject): string | undefined {
  const { initContainers, nodeName } = asObject(pod.spec);
  const init = asList(initContainers)
    .map(asObject)
    .find(({ name }) => name === INIT_NAME);
  const isRunning = asObject(statusOf(pod, INIT_NAME).state).running !== undefined;
  return isRunning && isDeepStrictEqual(init?.args, ['wait-for-node-agent'])
    ? `${INIT_NAME}: waits for the redirect by the agent on ${nodeName}`
    : undefined;
}

function statusOf({ status }: JsonObject, container: string): JsonObject {
  const { initContainerStatuses, containerStatuses } = asObject(status);
  const containers = [...asList(initContainerStatuses), ...asList(containerStatuses)].map(asObject);
  return containers.find(({ name }) => name === container) ?? {};
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
  return last && last.length > MAX_LINE ? `${last.slice(0, MAX_LINE - 3)}...` : last;
}
