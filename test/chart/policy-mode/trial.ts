import { Injector } from '../../../src/core/injector.js';
import type { Settings } from '../../../src/core/settings/settings.js';
import { configVariables } from '../../../src/policy/config.js';
import { policyObjects } from '../../../src/policy/objects/policies.js';
import type { Variable } from '../../../src/policy/program.js';
import { settings as defaultSettings } from '../../support/core-cases.js';
import { patched } from '../../unit/golden/golden-case.js';
import { IDENTITY } from '../../unit/golden/through-core.js';
import type { KubernetesObject } from '../chart.js';
import { type ObjectRequest, policyAnswers } from '../kube-check.js';

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
  const ofPolicies = policyAnswers(policiesOf(trials), requests).map(({ object, error }) =>
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
 * One set of policies for all trials, because the API server takes seconds to compile one. Each trial has a namespace
 * of its own, whose name selects the settings.
 */
function policiesOf(trials: readonly Trial[]): KubernetesObject[] {
  const all = [...new Set(trials.map(({ settings }) => settings))];
  const [own, ...others] = all.map((settings, index) => renamed(configVariables(settings, IDENTITY), index));
  const indexes = trials.map(({ settings }) => all.indexOf(settings));
  const choices = indexes.map((index, trial) => `${JSON.stringify(nameOf(trial))}: variables.config${index}`);
  const config = {
    name: 'config',
    expression: `{${choices.join(', ')}}[namespaceObject.metadata.name]`,
  };
  const variables = [...(own ?? []), ...others.flat(), config];
  const names = { name: 'proxy-injector', isStatic: false };
  const objects = policyObjects(defaultSettings(), IDENTITY, names);
  const replaced = new Set(configVariables(defaultSettings(), IDENTITY).map(({ name }) => name));
  return objects.map(({ spec, ...object }) => {
    if (!Array.isArray(spec.variables) || !object.metadata.name.match(/^proxy-injector(-refusals)?$/)) {
      return { ...object, spec };
    }
    const kept = (spec.variables as Variable[]).filter(({ name }) => !replaced.has(name));
    return { ...object, spec: { ...spec, variables: [...variables, ...kept] } };
  }) as unknown as KubernetesObject[];
}

/** The same variables with a number in their names. */
function renamed(variables: readonly Variable[], index: number): Variable[] {
  return variables.map(({ name, expression }) => ({
    name: `${name}${index}`,
    expression:
      name === 'config' ? expression.replace(/variables\.\w+/g, (read) => `${read}${index}`) : expression,
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
      : [...injector.moves(decision), ...injector.record(decision)];
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
