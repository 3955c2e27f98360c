import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';
import type { KubernetesObject } from './chart.js';

const TOOLS = join(ROOT, '.tools');
const CRDS = join(TOOLS, 'crds');

/** A request to create (or to do something else with) a Pod, as far as webhooks are chosen by it. */
export interface PodRequest {
  readonly namespace: KubernetesObject;
  readonly pod: KubernetesObject;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly subresource?: string;
}

/** What the API server has against the creation of each object, its warnings included. */
export function apiServerProblems(objects: readonly KubernetesObject[]): (readonly string[] | null)[] {
  const crds = readdirSync(CRDS).map((file) => join(CRDS, file));
  return ask(['validate', ...crds], objects);
}

/** Which webhooks of a configuration the API server calls for each request. */
export function webhooksCalled(configuration: KubernetesObject, requests: readonly PodRequest[]): string[][] {
  return ask(['webhooks'], { configuration, requests });
}

/** What a level of Pod Security forbids in each Pod. */
export function podSecurityProblems(
  level: string,
  pods: readonly KubernetesObject[],
): (readonly string[] | null)[] {
  return ask(['pod-security', level], pods);
}

function ask<T>(args: readonly string[], input: unknown): T {
  const options = { input: JSON.stringify(input), encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  const { status, stdout, stderr } = spawnSync(join(TOOLS, 'bin', 'kube-check'), args, options);
  if (status !== 0) throw new Error(`kube-check ${args[0]}: ${stderr}`);
  return JSON.parse(stdout);
}
