import type { Injector } from '../../src/core/injector.js';
import type { JsonObject } from '../../src/core/values/json.js';
import { configVariables } from '../../src/policy/config.js';
import { ownersPolicy } from '../../src/policy/owners.js';
import type { KubernetesObject } from './chart.js';

const API_VERSION = 'admissionregistration.k8s.io/v1';
const NAME = 'owners';

/** The policy that warns owners, and its binding to all namespaces, with the settings of an injector. */
export function ownersObjects({
  settings,
  identity,
}: Pick<Injector, 'settings' | 'identity'>): KubernetesObject[] {
  const { resourceRules, variables, ...spec } = ownersPolicy();
  const isObjectSelected = { name: 'isObjectSelected', expression: 'true' };
  const isPolicyMode = { name: 'isPolicyMode', expression: 'false' };
  const own = [...configVariables(settings, identity), isObjectSelected, isPolicyMode];
  return [
    {
      apiVersion: API_VERSION,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: NAME },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules },
        ...spec,
        variables: [...own, ...variables],
      },
    },
    {
      apiVersion: API_VERSION,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: NAME },
      spec: { policyName: NAME, validationActions: ['Warn'] },
    },
  ];
}

/** The texts of the warnings, which the API server puts after the names of the policy and the binding. */
export function textsOf(warnings: readonly string[]): string[] {
  return warnings.map((warning) => warning.replace(/^Validation failed for .*? with binding '[^']*': /, ''));
}

/** A workload with a Pod as its template: a Job if the Pod completes, else a Deployment, or the kind that is given. */
export function workload({ metadata, spec }: JsonObject, kind = kindFor(spec)): KubernetesObject {
  const { labels, annotations, namespace = 'shop' } = metadata as JsonObject;
  const template = { metadata: { labels: { app: 'web', ...(labels as object) }, annotations }, spec };
  const selector = { matchLabels: { app: 'web' } };
  const job = { template };
  return {
    apiVersion: kind.endsWith('Job') ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name: 'web', namespace },
    spec:
      kind === 'Job'
        ? job
        : kind === 'CronJob'
          ? { schedule: '* * * * *', jobTemplate: { spec: job } }
          : { selector, template },
  };
}

function kindFor(spec: unknown): string {
  const { restartPolicy = 'Always' } = spec as JsonObject;
  return restartPolicy === 'Always' ? 'Deployment' : 'Job';
}
