import { lstatSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import { REDIRECT } from '../../core/pod/annotations.js';
import type { PodSandbox } from '../nri/messages_pb.js';

/** The sandbox of a Pod that wants a redirect. */
export interface Sandbox {
  readonly id: string;
  readonly namespace: string;
  readonly pod: string;
  /** The annotation, which anyone may have written. */
  readonly redirect: string;
  readonly namespaces: readonly { readonly type: string; readonly path: string }[];
}

/** Reads the sandbox of a Pod. Undefined if the Pod does not have the annotation. */
export function sandboxOf({ id, namespace, name, annotations, linux }: PodSandbox): Sandbox | undefined {
  // An annotation may be called like a property of every object.
  const redirect = Object.hasOwn(annotations, REDIRECT) ? annotations[REDIRECT] : undefined;
  if (redirect === undefined) return undefined;
  return { id, namespace, pod: name, redirect, namespaces: linux?.namespaces ?? [] };
}

/** The path of a network namespace, or why there is none. */
export type Netns = { readonly path: string } | 'host network' | 'ended';

/**
 * Finds the network namespace of a sandbox. A Pod on the host network has none of its own; containerd 2.2 also leaves
 * out that of a Pod that ended. Throws if the runtime reports no namespaces, or a path that is not directly below
 * `directory`.
 */
export function netnsOf({ namespaces }: Sandbox, directory: string): Netns {
  if (namespaces.length === 0)
    throw new Error('linux.namespaces: expected the namespaces of the sandbox, got none');
  const network = namespaces.find(({ type }) => type === 'network');
  if (network === undefined) return 'host network';
  const { path } = network;
  if (dirname(path) !== directory || normalize(path) !== path || path.includes('\0')) {
    throw new Error(
      `network namespace: expected a path directly below ${directory}, got ${JSON.stringify(path)}`,
    );
  }
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'ended';
  if (!stat.isFile()) throw new Error(`network namespace: expected a file, got another thing at ${path}`);
  return { path };
}
