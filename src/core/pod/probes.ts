import { asList, asObject, isObject } from '../values/json.js';
import type { Path } from '../values/path.js';
import type { Container, Pod } from './pod.js';

/** The fields of a container that say what the kubelet asks it. Hooks with `tcpSocket` are deprecated and never run. */
export const HANDLERS = {
  startupProbe: { path: ['startupProbe'], actions: ['httpGet', 'tcpSocket', 'grpc'] },
  livenessProbe: { path: ['livenessProbe'], actions: ['httpGet', 'tcpSocket', 'grpc'] },
  readinessProbe: { path: ['readinessProbe'], actions: ['httpGet', 'tcpSocket', 'grpc'] },
  postStart: { path: ['lifecycle', 'postStart'], actions: ['httpGet'] },
  preStop: { path: ['lifecycle', 'preStop'], actions: ['httpGet'] },
} as const;

/** A probe, or a lifecycle hook. */
export type Handler = keyof typeof HANDLERS;
const NAMES = Object.keys(HANDLERS) as Handler[];

/** The port at which the kubelet asks a container something: a probe, or an `httpGet` hook. */
export interface ProbePort {
  readonly container: Container;
  readonly isInit: boolean;
  readonly index: number;
  readonly handler: Handler;
  readonly action: 'httpGet' | 'tcpSocket' | 'grpc';
  /** The field, a number or the name of one of the container's ports. */
  readonly given: string | number;
  readonly port: number;
  /** It has a `host`, so the kubelet may ask another than the Pod. */
  readonly hasHost: boolean;
}

/**
 * The ports at which the kubelet asks the containers of a Pod something. Leaves out those that are no port and name
 * none of their own container. Of the init containers, only native sidecars have probes.
 */
export function probePorts({ spec }: Pod): ProbePort[] {
  const ports: ProbePort[] = [];
  for (const [index, container] of spec.containers.entries()) collect(container, false, index, ports);
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    if (container.restartPolicy === 'Always') collect(container, true, index, ports);
  }
  return ports;
}

/** The path of the field in its container: `lifecycle.preStop.httpGet.port`. */
export function fieldPath({ handler, action }: Pick<ProbePort, 'handler' | 'action'>): readonly string[] {
  return [...HANDLERS[handler].path, action, 'port'];
}

/** The path of the field in the Pod. */
export function probePortPath(port: ProbePort): Path {
  return ['spec', port.isInit ? 'initContainers' : 'containers', port.index, ...fieldPath(port)];
}

function collect(container: Container, isInit: boolean, index: number, ports: ProbePort[]): void {
  for (const handler of NAMES) {
    const { actions } = HANDLERS[handler];
    const field = handlerOf(container, handler);
    if (!isObject(field)) continue;
    for (const action of actions) {
      const { port: given, host } = asObject(field[action]);
      const port = resolved(given, action, container);
      if (port === undefined) continue;
      const hasHost = (host ?? '') !== '';
      ports.push({
        container,
        isInit,
        index,
        handler,
        action,
        given: given as string | number,
        port,
        hasHost,
      });
    }
  }
}

function handlerOf(container: Container, handler: Handler): unknown {
  if (handler === 'postStart' || handler === 'preStop') return asObject(container.lifecycle)[handler];
  return container[handler];
}

/** A name stands for a port of the same container (k8s.io/kubernetes, pkg/probe/util.go). gRPC has no names. */
function resolved(given: unknown, action: string, { ports }: Container): number | undefined {
  if (typeof given !== 'string') return isPort(given) ? given : undefined;
  if (action === 'grpc') return undefined;
  const named = asList(ports).find((port) => asObject(port).name === given);
  const { containerPort } = asObject(named);
  return isPort(containerPort) ? containerPort : undefined;
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
}
