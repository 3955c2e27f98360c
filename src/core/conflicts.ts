import { proxyPorts } from './containers.js';
import type { Facts, Finding } from './facts.js';
import type { Injection } from './injection.js';
import { shown } from './json.js';
import { type Container, everyContainer, type Pod } from './pod.js';

/** A container of the Pod that listens on a port of the proxy's. */
export function portConflict({ pod, settings, overridden }: Facts): Finding {
  const taken = proxyPorts(settings);
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

/** A container of the Pod that runs as the user of the proxy. */
export function uidConflict({ pod, settings, overridden }: Facts): Finding {
  const fallback = pod.spec.securityContext?.runAsUser;
  const conflict = concurrentContainers(pod, overridden.injection).find(
    ({ securityContext }) => (securityContext?.runAsUser ?? fallback) === settings.proxy.uid,
  );
  return conflict && `Container ${shown(conflict.name)}: runAsUser ${settings.proxy.uid}.`;
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
