import type { Facts, Finding } from './facts.js';
import type { Injection } from './injection.js';
import { shown } from './json.js';
import { type Container, everyContainer, type Pod } from './pod.js';
import { proxyPorts } from './proxy-ports.js';

/** A container of the Pod that listens on a port of the proxy's. */
export function portConflict({ pod, settings, overridden }: Facts): Finding {
  const taken = proxyPorts(settings.proxy);
  for (const { name, ports } of concurrentContainers(pod, overridden.injection)) {
    for (const { containerPort, protocol = 'TCP' } of ports ?? []) {
      const conflict = taken.find(
        (port) => port.containerPort === containerPort && port.protocol === protocol,
      );
      if (conflict) return `Container ${shown(name)}: port ${conflict.containerPort}/${conflict.protocol}.`;
    }
  }
  return undefined;
}

/** A container of the Pod that runs as the user or the group of the proxy. */
export function uidConflict({ pod, settings, overridden }: Facts): Finding {
  const { uid, gid } = settings.proxy;
  const defaults = pod.spec.securityContext;
  for (const { name, securityContext } of concurrentContainers(pod, overridden.injection)) {
    if ((securityContext?.runAsUser ?? defaults?.runAsUser) === uid)
      return `Container ${shown(name)}: runAsUser ${uid}.`;
    if ((securityContext?.runAsGroup ?? defaults?.runAsGroup) === gid)
      return `Container ${shown(name)}: runAsGroup ${gid}.`;
  }
  return undefined;
}

/** A volume of the Pod with the name of one that the configuration adds. */
export function volumeConflict({ pod, settings }: Facts): Finding {
  const needed = settings.pod.volumes;
  if (needed.length === 0) return undefined;
  const conflict = pod.spec.volumes?.find(({ name }) => needed.some((volume) => volume.name === name));
  return conflict && `Volume ${shown(conflict.name)}.`;
}

/** The containers of the Pod that run while the proxy runs: in container mode its plain init containers are done by then. */
function concurrentContainers(pod: Pod, { mode }: Injection): readonly Container[] {
  const { containers, initContainers } = pod.spec;
  if (!initContainers || mode === 'native') return everyContainer(pod);
  return [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')];
}
