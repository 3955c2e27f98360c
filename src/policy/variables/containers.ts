import { STATUS, STATUS_INJECTED } from '../../core/pod/annotations.js';
import { INIT_MARKS, INIT_NAME, PROXY_NAME } from '../../core/pod/container-names.js';
import { listIn } from '../cel/expressions.js';
import { text, texts } from '../cel/literal.js';
import type { Variable } from '../program.js';

/**
 * - `containers`, `initContainers`, and `allContainers`: never null
 * - `sidecars`: the native ones among the init containers
 * - `concurrent`: the containers that run alongside the proxy
 * - `done`: whether the Pod was injected before; see `core/pod/injected.ts`
 */
export const CONTAINER_VARIABLES: readonly Variable[] = [
  { name: 'containers', expression: listIn('variables.pod.spec', 'containers') },
  { name: 'initContainers', expression: listIn('variables.pod.spec', 'initContainers') },
  { name: 'allContainers', expression: 'variables.containers + variables.initContainers' },
  {
    name: 'sidecars',
    expression: 'variables.initContainers.filter(c, c.?restartPolicy.orValue("") == "Always")',
  },
  {
    name: 'concurrent',
    expression:
      'variables.mode == "native" ? variables.allContainers : variables.containers + variables.sidecars',
  },
  { name: 'done', expression: isInjected() },
];

/** The protocol of a port, with the default of Kubernetes. */
export function protocolOf(port: string): string {
  return `${port}.?protocol.orValue("TCP")`;
}

function isInjected(): string {
  const isMarked = `${listIn('c', 'env')}.exists(e, e.name in ${texts(INIT_MARKS)})`;
  return [
    `variables.podAnnotations[?${text(STATUS)}].orValue("") == ${text(STATUS_INJECTED)}`,
    `variables.initContainers.exists(c, c.name == ${text(INIT_NAME)} && ${isMarked})`,
    `(variables.containers + variables.sidecars).exists(c, ${isProxy('c')})`,
  ].join(' && ');
}

function isProxy(container: string): string {
  const has = (protocol: string) =>
    `${listIn(container, 'ports')}.exists(p, ${protocolOf('p')} == ${text(protocol)})`;
  return `${container}.name == ${text(PROXY_NAME)} && ${has('TCP')} && ${has('UDP')}`;
}
