import { bind, listIn, quoted } from '../../cel/expressions.js';
import type { Variable } from '../../program.js';
import { protocolOf } from '../containers.js';

/** Stands for an ID that the Pod does not set. Another number stands for one that is missing on the namespace. */
const UNSET = '-2';

/**
 * What in the Pod conflicts with the proxy, as the first entry of a list, in the words of the webhook:
 * `portConflicts` and `uidConflicts`.
 */
export const CONFLICT_VARIABLES: readonly Variable[] = [
  { name: 'proxyPorts', expression: proxyPorts() },
  { name: 'portConflicts', expression: portConflicts() },
  { name: 'uidConflicts', expression: uidConflicts() },
];

/** The proxy's ports, as `5054/TCP`. */
function proxyPorts(): string {
  const own =
    '[string(variables.config.proxy.tcpPort) + "/TCP", string(variables.config.proxy.udpPort) + "/UDP"]';
  const further = listIn('variables.config.proxy.container', 'ports');
  return `${own} + ${further}.map(p, ${portText('p')})`;
}

function portText(port: string): string {
  return `string(${port}.containerPort) + "/" + ${protocolOf(port)}`;
}

function portConflicts(): string {
  const taken = `${listIn('c', 'ports')}.map(p, ${portText('p')}).filter(p, p in variables.proxyPorts)`;
  const conflict = `"Container " + ${quoted('c.name')} + ": port " + ${taken}[0] + "."`;
  const isTaken = `${listIn('c', 'ports')}.exists(p, ${portText('p')} in variables.proxyPorts)`;
  return `variables.concurrent.filter(c, ${isTaken}).map(c, ${conflict})`;
}

function uidConflicts(): string {
  const defaults = 'variables.pod.spec.?securityContext';
  const ofPod = (condition: string, field: string) =>
    `(${condition} ? ["Pod: ${field} " + string(variables.gid) + "."] : [])`;
  const own = (field: string) => `c.?securityContext.?${field}.or(${defaults}.?${field}).orValue(${UNSET})`;
  const what =
    `${own('runAsUser')} == variables.uid ? ": runAsUser " + string(variables.uid) + "." : ` +
    `${own('runAsGroup')} == variables.gid ? ": runAsGroup " + string(variables.gid) + "." : ""`;
  const found = bind('w', what, `w == "" ? "" : "Container " + ${quoted('c.name')} + w`);
  return [
    ofPod(`${defaults}.?fsGroup.orValue(${UNSET}) == variables.gid`, 'fsGroup'),
    ofPod(`variables.gid in ${defaults}.?supplementalGroups.orValue([])`, 'supplementalGroups'),
    `variables.concurrent.map(c, ${found}).filter(t, t != "")`,
  ].join(' + ');
}
