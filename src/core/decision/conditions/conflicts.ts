import {
  type Container,
  containerPath,
  everyContainer,
  type Pod,
  type SecurityContext,
} from '../../pod/pod.js';
import { isSameVolume } from '../../pod/same-volume.js';
import { proxyPorts } from '../../settings/proxy-ports.js';
import type { ResolvedSettings } from '../../settings/resolved-settings.js';
import type { PodAdditions } from '../../settings/settings.js';
import { shown } from '../../values/json.js';
import type { Evaluation, FieldMatch, RuleMatch } from '../evaluation.js';

/** Finds a container that uses one of the proxy's ports. */
export function portConflict({ pod, settings, resolution }: Evaluation): RuleMatch {
  const taken = proxyPorts(settings.proxy);
  for (const container of concurrentContainers(pod, resolution.settings)) {
    const { name, ports } = container;
    for (const port of ports ?? []) {
      const { containerPort, protocol = 'TCP' } = port;
      if (!taken.some((own) => own.containerPort === containerPort && own.protocol === protocol)) continue;
      const path = [...containerPath(pod, container), 'ports', ports?.indexOf(port) ?? -1];
      return { path, text: `Container ${shown(name)}: port ${containerPort}/${protocol}.` };
    }
  }
  return undefined;
}

/**
 * Finds a container that has the proxy's user or group. The groups of the Pod count too: a member of the proxy's group
 * can start a setgid program of that group, whose packets the outbound redirect skips.
 */
export function uidConflict({ pod, user, resolution }: Evaluation): RuleMatch {
  const { uid, gid } = user;
  const defaults = pod.spec.securityContext;
  if (defaults?.fsGroup === gid) return podGroup(['fsGroup'], gid);
  const index = defaults?.supplementalGroups?.indexOf(gid) ?? -1;
  if (index >= 0) return podGroup(['supplementalGroups', index], gid);
  for (const container of concurrentContainers(pod, resolution.settings)) {
    const own = container.securityContext;
    if ((own?.runAsUser ?? defaults?.runAsUser) === uid) return runsAs('runAsUser', container, pod);
    if ((own?.runAsGroup ?? defaults?.runAsGroup) === gid) return runsAs('runAsGroup', container, pod);
  }
  return undefined;
}

/**
 * Finds a volume of the Pod that has the name of one that the configuration adds but differs from it, or a container
 * that mounts a volume that only the configuration adds.
 */
export function volumeConflict({ pod, settings }: Evaluation): RuleMatch {
  const added = settings.pod.volumes;
  if (added.length === 0) return undefined;
  return otherVolume(pod, added) ?? foreignMount(pod, added);
}

function otherVolume({ spec: { volumes } }: Pod, added: PodAdditions['volumes']): FieldMatch | undefined {
  const index = (volumes ?? []).findIndex((volume) =>
    added.some((ours) => ours.name === volume.name && !isSameVolume(ours, volume)),
  );
  if (index < 0) return undefined;
  return { path: ['spec', 'volumes', index, 'name'], text: `Volume ${shown(volumes?.[index]?.name)}.` };
}

function foreignMount(pod: Pod, added: PodAdditions['volumes']): FieldMatch | undefined {
  const foreign = new Set<unknown>(added.map(({ name }) => name));
  for (const { name } of pod.spec.volumes ?? []) foreign.delete(name);
  for (const container of everyContainer(pod)) {
    for (const list of ['volumeMounts', 'volumeDevices'] as const) {
      const index = (container[list] ?? []).findIndex(({ name }) => foreign.has(name));
      if (index < 0) continue;
      const path = [...containerPath(pod, container), list, index, 'name'];
      const text = `Container ${shown(container.name)}: volume ${shown(container[list]?.[index]?.name)}.`;
      return { path, text };
    }
  }
  return undefined;
}

function podGroup(field: readonly [string, ...number[]], gid: number): FieldMatch {
  return { path: ['spec', 'securityContext', ...field], text: `Pod: ${field[0]} ${gid}.` };
}

function runsAs(field: keyof SecurityContext, container: Container, pod: Pod): FieldMatch {
  const own = container.securityContext?.[field];
  const owner = own === undefined || own === null ? ['spec'] : containerPath(pod, container);
  const value = own ?? pod.spec.securityContext?.[field];
  return {
    path: [...owner, 'securityContext', field],
    text: `Container ${shown(container.name)}: ${field} ${value}.`,
  };
}

/**
 * The containers that run alongside the proxy. In container mode, plain init containers exit before the proxy starts.
 */
export function concurrentContainers(
  pod: Pod,
  { mode }: Pick<ResolvedSettings, 'mode'>,
): readonly Container[] {
  const { containers, initContainers } = pod.spec;
  if (!initContainers || mode === 'native') return everyContainer(pod);
  return [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')];
}
