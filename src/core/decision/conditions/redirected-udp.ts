import { coversPort } from '../../values/ports.js';
import type { Evaluation } from '../evaluation.js';
import { concurrentContainers } from './conflicts.js';

/**
 * The UDP ports of the Pod's containers that are redirected. After a redirect, the kernel tells a proxy the original
 * destination of a TCP connection, but not that of a UDP packet.
 */
export function redirectedUdpPorts({ pod, resolution }: Evaluation): readonly number[] {
  const { redirect } = resolution.settings;
  if (!redirect.inboundUdp) return [];
  const ports = concurrentContainers(pod, resolution.settings)
    .flatMap((container) => container.ports ?? [])
    .filter(({ protocol }) => protocol === 'UDP')
    .map(({ containerPort }) => containerPort)
    .filter((port): port is number => Number.isInteger(port));
  if (ports.length === 0) return [];
  return [...new Set(ports)].filter((port) => !coversPort(redirect.skipInboundPorts, port));
}
