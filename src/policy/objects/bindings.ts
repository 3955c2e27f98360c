import { TOGGLE } from '../../core/pod/annotations.js';
import type { Settings } from '../../core/settings/settings.js';
import { API_VERSION, type PolicyNames, type PolicyObject, policyName } from './policy-object.js';

/** What a binding selects. */
interface MatchResources {
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
}

interface LabelSelector {
  readonly matchExpressions?: readonly { key: string; operator: 'In' | 'NotIn'; values: readonly string[] }[];
}

type Selecting = Pick<Settings, 'excludedNamespaces' | 'ineligiblePods' | 'selection'>;

/**
 * The bindings of a policy: one for the Pods of namespaces that opted in, and one for Pods of the other namespaces.
 * They select what the webhooks of the Helm chart do.
 */
export function bindingsOf(
  { kind, metadata }: PolicyObject,
  settings: Selecting,
  names: PolicyNames,
  role: readonly string[],
  validationActions?: readonly string[],
): PolicyObject[] {
  return Object.entries(selected(settings)).map(([suffix, matchResources]) => ({
    apiVersion: API_VERSION,
    kind: `${kind}Binding`,
    metadata: { name: policyName(names, ...role, suffix) },
    spec: {
      policyName: metadata.name,
      matchResources,
      ...(validationActions && { validationActions }),
    },
  }));
}

function selected({ excludedNamespaces, ineligiblePods, selection }: Selecting) {
  const notExcluded = {
    key: 'kubernetes.io/metadata.name',
    operator: 'NotIn',
    values: excludedNamespaces,
  } as const;
  const notOptedOut = ineligiblePods === 'admit' ? selector(toggle('NotIn', 'disabled')) : selector();
  const ofPods = selection === 'optOut' ? notOptedOut : selector(toggle('In', 'enabled'));
  return {
    namespaces: {
      namespaceSelector: selector(toggle('In', 'enabled'), notExcluded),
      objectSelector: notOptedOut,
    },
    pods: {
      namespaceSelector: selector(toggle('NotIn', 'enabled', 'disabled'), notExcluded),
      objectSelector: ofPods,
    },
  } satisfies { [name: string]: MatchResources };
}

function toggle(operator: 'In' | 'NotIn', ...values: readonly string[]) {
  return { key: TOGGLE, operator, values };
}

function selector(...matchExpressions: NonNullable<LabelSelector['matchExpressions']>): LabelSelector {
  return matchExpressions.length === 0 ? {} : { matchExpressions };
}
