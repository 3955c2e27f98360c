import type { Identity } from '../../core/patch/patch.js';
import type { Settings } from '../../core/settings/settings.js';
import { configVariables } from '../config.js';
import { bindingsOf } from './bindings.js';
import {
  API_VERSION,
  POD_CREATION,
  type PolicyNames,
  type PolicyObject,
  policyName,
} from './policy-object.js';
import { PROGRAMS, type Program } from './programs.js';

/**
 * The configuration as admission policies with their bindings: one that injects, one that refuses what the webhook
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
  const { mutation, refusals, warnings } = PROGRAMS;
  const records = settings.annotateOutcome === 'enabled';
  return [
    ...bound('MutatingAdmissionPolicy', [], {
      reinvocationPolicy: 'IfNeeded',
      ...withConfig(mutation, config),
    }),
    ...bound('ValidatingAdmissionPolicy', ['refusals'], withConfig(refusals, config), ['Deny']),
    ...(records ? bound('ValidatingAdmissionPolicy', ['warnings'], warnings, ['Warn']) : []),
  ];
}

function policy(kind: string, name: string, spec: object): PolicyObject {
  return {
    apiVersion: API_VERSION,
    kind,
    metadata: { name },
    spec: { failurePolicy: 'Fail', matchConstraints: POD_CREATION, ...spec },
  };
}

function withConfig(program: Program, config: Program['variables']): Program {
  return { ...program, variables: [...config, ...program.variables] };
}
