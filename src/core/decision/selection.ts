import { TOGGLE } from '../pod/annotations.js';
import { type Fact, factsIn, inRequest, namespaceLabel, podLabel, setting } from './fields.js';
import type { Subject } from './subject.js';

/** Whether the API server calls the webhook for a Pod, as the selectors of the Helm chart decide. */
export interface Selection {
  /** Undefined if it depends on labels of the namespace, and they are unknown. */
  readonly isCalled: boolean | undefined;
  readonly facts: readonly Fact[];
}

/**
 * The labels decide: `disabled` on the namespace is final; otherwise the namespace or the Pod must be `enabled`, unless
 * the setting `selection` is `optOut`. Any other value counts as no label. `disabled` on the Pod keeps the webhook from
 * being called only if ineligible Pods are admitted anyway. The suite `chart` compares this with the API server's code
 * and the chart's selectors.
 */
export function selectionOf(subject: Subject): Selection {
  const { request, settings, namespace } = subject;
  if (settings.excludedNamespaces.includes(request.namespace)) {
    const facts = factsIn(subject, [inRequest('namespace'), setting('excludedNamespaces')]);
    return { isCalled: false, facts };
  }
  const labels = factsIn(subject, [namespaceLabel(TOGGLE), podLabel(TOGGLE)]);
  const [ofNamespace, ofPod] = labels.map(({ value }) => value);
  const isOptOut = settings.selection === 'optOut';
  const read = [
    ...(ofPod === 'disabled' ? [setting('ineligiblePods')] : []),
    ...(isOptOut ? [setting('selection')] : []),
  ];
  const facts = [...labels, ...factsIn(subject, read)];
  if (ofNamespace === 'disabled' || (ofPod === 'disabled' && settings.ineligiblePods === 'admit')) {
    return { isCalled: false, facts };
  }
  if (namespace?.labels === undefined) return { isCalled: undefined, facts };
  return { isCalled: isOptOut || ofNamespace === 'enabled' || ofPod === 'enabled', facts };
}
