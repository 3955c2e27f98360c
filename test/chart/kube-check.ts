import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';
import type { KubernetesObject } from './chart.js';

const TOOLS = join(ROOT, '.tools');
const CRDS = join(TOOLS, 'crds');

/** The parts of a request for a Pod that decide which webhooks are called. */
export interface PodRequest {
  readonly namespace: KubernetesObject;
  readonly pod: KubernetesObject;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly subresource?: string;
}

/** A request that creates an object, or updates it if `oldObject` is given. */
export interface ObjectRequest {
  readonly namespace: KubernetesObject;
  readonly object: KubernetesObject;
  readonly oldObject?: KubernetesObject;
}

/** What admission policies make of a request. */
export interface PolicyAnswer {
  /** The object after the mutating policies, with the API server's defaults; undefined if it is denied. */
  readonly object?: KubernetesObject;
  /** The message of the denial. */
  readonly error?: string;
  readonly warnings: readonly string[];
}

/** The API server's errors and warnings about creating each object; null if there are none. */
export function apiServerProblems(objects: readonly KubernetesObject[]): (readonly string[] | null)[] {
  const crds = readdirSync(CRDS).map((file) => join(CRDS, file));
  return kubeCheck(['validate', ...crds], objects);
}

/** The names of the webhooks that the API server calls for each request. */
export function webhooksCalled(configuration: KubernetesObject, requests: readonly PodRequest[]): string[][] {
  return kubeCheck(['webhooks'], { configuration, requests });
}

/** What the API server does with each request if it has these admission policies and bindings. */
export function policyAnswers(
  policies: readonly KubernetesObject[],
  requests: readonly ObjectRequest[],
): PolicyAnswer[] {
  return kubeCheck(['policies'], { policies, requests });
}

/** The expressions of each admission policy that an API server of the version, such as 1.30, rejects. */
export function expressionErrors(version: string, policies: readonly KubernetesObject[]): string[][] {
  return kubeCheck(['compile', version], policies);
}

/** The violations of a Pod Security level by each Pod; null if there are none. */
export function podSecurityProblems(
  level: string,
  pods: readonly KubernetesObject[],
): (readonly string[] | null)[] {
  return kubeCheck(['pod-security', level], pods);
}

/**
 * How the API server compares the quantities of each pair: -1, 0, or 1; null if one of them does not parse or is
 * negative.
 */
export function comparedQuantities(pairs: readonly (readonly [string, string])[]): (number | null)[] {
  return kubeCheck(['quantities'], pairs);
}

function kubeCheck<T>(args: readonly string[], input: unknown): T {
  const options = { input: JSON.stringify(input), encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  const { status, stdout, stderr } = spawnSync(join(TOOLS, 'bin', 'kube-check'), args, options);
  if (status !== 0) throw new Error(`kube-check ${args[0]}: ${stderr}`);
  return JSON.parse(stdout);
}
