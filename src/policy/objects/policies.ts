import type { Identity } from '../../core/patch/patch.js';
import type { Settings } from '../../core/settings/settings.js';
import { configVariables } from '../config.js';
import { bindingsOf } from './bindings.js';
import {
  API_VERSION,
  NOT_A_MIRROR_POD,
  POD_CREATION,
  type PolicyNames,
  type PolicyObject,
  policyName,
} from './policy-object.js';
import { POD_PROGRAMS } from './programs.js';

/**
 * The configuration as admission policies with their bindings: one that injects, one that denies what the webhook
 * denies, and one that warns, which needs the annotations that record outcomes. The settings must be supported.
 */
export function policyObjects(settings: Settings, identity: Identity, names: PolicyNames): PolicyObject[] {
  const config = configVariables(settings, identity);
  const bound = (
    kind: string,
    role: readonly string[],
    spec: object,
    validationActions?: readonly string[],
  ) => {
    const object = policy(kind, policyName(names, ...role), spec);
    return [object, ...bindingsOf(object, settings, names, role, validationActions)];
  };
  const { decision, mutation, refusals, warnings } = POD_PROGRAMS;
  const variables = [...config, ...decision];
  const records = settings.annotateOutcome === 'enabled';
  return [
    ...bound('MutatingAdmissionPolicy', [], {
      reinvocationPolicy: 'IfNeeded',
      ...mutation,
      variables: [...variables, ...mutation.variables],
    }),
    ...bound('ValidatingAdmissionPolicy', ['refusals'], { variables, ...refusals }, ['Deny']),
    ...(records ? bound('ValidatingAdmissionPolicy', ['warnings'], warnings, ['Warn']) : []),
  ];
}

function policy(kind: string, name: string, spec: object): PolicyObject {
  return {
    apiVersion: API_VERSION,
    kind,
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: POD_CREATION,
      matchConditions: [NOT_A_MIRROR_POD],
      ...spec,
    },
  };
}
