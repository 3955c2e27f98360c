import { Injector } from '../../../src/core/injector.js';
import type { Settings } from '../../../src/core/settings/settings.js';
import { configVariables } from '../../../src/policy/config.js';
import { policyObjects } from '../../../src/policy/objects/policies.js';
import type { PolicyObject } from '../../../src/policy/objects/policy-object.js';
import type { Variable } from '../../../src/policy/program.js';
import { settings as defaultSettings } from '../../support/core-cases.js';
import { patched } from '../../unit/golden/golden-case.js';
import { IDENTITY } from '../../unit/golden/through-core.js';
import type { KubernetesObject } from '../chart.js';
import { type ObjectRequest, policyAnswers } from '../kube-check.js';

/** The golden cases whose settings policies have no equivalent for. */
export const UNSUPPORTED: readonly string[] = [
  'pod-resources-grown',
  'pod-resources-grown-native',
  'node-mode',
  'node-mode-configured',
  'node-mode-in-container-mode',
  'leftover-redirect-in-node-mode',
];

/** A Pod that is created in a namespace with these annotations, under these settings. */
export interface Trial {
  readonly settings: Settings;
  readonly pod: unknown;
  readonly namespace?: { readonly [key: string]: string };
}

/** What becomes of a Pod. */
export interface Outcome {
  /** The Pod that is created, with the API server's defaults; undefined if it is denied. */
  readonly pod?: KubernetesObject | undefined;
  /** Why it is denied. */
  readonly message?: string | undefined;
}

/** What the policies make of each Pod, and what the webhook makes of it. */
export function outcomes(trials: readonly Trial[]): (readonly [ofPolicies: Outcome, ofWebhook: Outcome])[] {
  const requests = trials.map((trial, index) => requestOf(trial.pod, trial, index));
  const ofPolicies = policyAnswers(
    combinedPolicies(
      'proxy-injector',
      trials.map(({ settings }, index) => [nameOf(index), settings]),
    ) as readonly KubernetesObject[],
    requests,
  ).map(({ object, error }) =>
    error === undefined ? { pod: object } : { message: error.replace(/^.*? denied request: /s, '') },
  );
  const answers = created(requests).map((pod, index) => throughWebhook(pod, trials[index] as Trial, index));
  const admitted = created(
    answers.map(({ pod }, index) => requestOf(pod ?? EMPTY, trials[index] as Trial, index)),
  );
  return answers.map(({ message }, index) => [
    ofPolicies[index] as Outcome,
    message === undefined ? { pod: admitted[index] } : { message },
  ]);
}

const EMPTY = { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { containers: [] } };
const LABELS = { 'proxy-injection': 'enabled' };

/**
 * One set of policies for namespaces with different settings, because the API server takes seconds to compile one. The
 * name of a namespace selects its settings.
 */
export function combinedPolicies(
  name: string,
  settingsByNamespace: readonly (readonly [namespace: string, Settings])[],
): PolicyObject[] {
  const all = [...new Set(settingsByNamespace.map(([, settings]) => settings))];
  const sections = all.flatMap((settings, index) => renamed(configVariables(settings, IDENTITY), index));
  const choices = settingsByNamespace.map(
    ([namespace, settings]) => `${JSON.stringify(namespace)}: variables.config_${all.indexOf(settings)}`,
  );
  const config = { name: 'config', expression: `{${choices.join(', ')}}[namespaceObject.metadata.name]` };
  const replaced = configVariables(defaultSettings(), IDENTITY).map((variable) => variable.name);
  return policyObjects(defaultSettings(), IDENTITY, { name, isStatic: false }).map(({ spec, ...object }) => {
    const variables = (spec.variables ?? []) as Variable[];
    if (!variables.some((variable) => variable.name === 'config')) return { ...object, spec };
    const kept = variables.filter((variable) => !replaced.includes(variable.name));
    return { ...object, spec: { ...spec, variables: [...sections, config, ...kept] } };
  });
}

/** The same variables with another number in their names. */
function renamed(variables: readonly Variable[], index: number): Variable[] {
  return variables.map(({ name, expression }) => ({
    name: `${name}_${index}`,
    expression: expression.replace(/variables\.\w+/g, (read) => `${read}_${index}`),
  }));
}

/** The Pods as the API server creates them without policies. */
function created(requests: readonly ObjectRequest[]): KubernetesObject[] {
  return policyAnswers([], requests).map(({ object }) => object as KubernetesObject);
}

function throughWebhook(pod: KubernetesObject, { settings, namespace = {} }: Trial, index: number): Outcome {
  const injector = new Injector(settings, IDENTITY);
  const request = { operation: 'CREATE', kind: '/v1/Pod', namespace: nameOf(index) };
  const decision = injector.decide(pod, request, { annotations: namespace, labels: LABELS });
  if (decision.outcome === 'denied') return { message: decision.message };
  const patch =
    decision.outcome === 'injected'
      ? injector.patch(decision)
      : [...injector.repairs(decision), ...injector.record(decision)];
  return { pod: patched(pod, patch) as KubernetesObject };
}

function requestOf(pod: unknown, { namespace = {} }: Trial, index: number): ObjectRequest {
  const metadata = { name: nameOf(index), labels: LABELS, annotations: namespace };
  return {
    namespace: { apiVersion: 'v1', kind: 'Namespace', metadata } as unknown as KubernetesObject,
    object: pod as KubernetesObject,
  };
}

function nameOf(index: number): string {
  return `shop-${index}`;
}
