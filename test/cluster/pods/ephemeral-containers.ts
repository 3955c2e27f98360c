import { randomUUID } from 'node:crypto';
import { INIT_NAME } from '../../../src/core/pod/container-names.js';
import { asListed } from '../../support/nft-listing.js';
import type { Peers } from './peers.js';

/** The redirect rules in a Pod, as nft lists them. */
export async function rulesIn(peers: Peers, pod: string): Promise<string[]> {
  const script = 'nft list ruleset';
  const name = await attach(peers, pod, script, {
    securityContext: { capabilities: { add: ['NET_ADMIN'] } },
  });
  const state = `.status.ephemeralContainerStatuses[?(@.name=="${name}")].state.terminated.reason`;
  await peers.wait(`jsonpath={${state}}=Completed`, `pod/${pod}`);
  return rulesOf(await peers.log(pod, name));
}

/** The rules of a text for nft, as nft lists them. */
export function rulesOf(text: string): string[] {
  return asListed(text).filter((line) => line.includes('counter'));
}

/** Sends SIGTERM to the first process of a container, as the user of the ephemeral container's image or another one. */
export async function terminate(
  peers: Peers,
  pod: string,
  container: string,
  runAsUser?: number,
): Promise<void> {
  await attach(peers, pod, 'kill -TERM 1', {
    targetContainerName: container,
    ...(runAsUser !== undefined && { securityContext: { runAsUser } }),
  });
}

/** Runs a script in an ephemeral container with the init container's image; returns the container's name. */
async function attach(peers: Peers, pod: string, script: string, fields: object): Promise<string> {
  const { spec } = await peers.pod(pod);
  const { image } = spec.initContainers.find(({ name }: { name: string }) => name === INIT_NAME);
  const name = `debug-${randomUUID()}`;
  const container = { name, image, command: ['sh', '-c', script], ...fields };
  await peers.cluster.kubectl(
    ...['patch', 'pod', pod, '--namespace', peers.namespace, '--subresource=ephemeralcontainers'],
    ...['--patch', JSON.stringify({ spec: { ephemeralContainers: [container] } })],
  );
  return name;
}
