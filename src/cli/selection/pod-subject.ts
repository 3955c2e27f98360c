import type { RequestFacts } from '../../core/decision/subject.js';
import { asObject } from '../../core/values/json.js';
import { type StringMap, stringsOf } from '../../core/values/shape.js';
import { controllerLabels } from './controller-labels.js';
import type { Labels } from './label-selector.js';

/** A Pod, or the Pod template of a workload. */
export interface Selected {
  readonly object: unknown;
  /** `Pod`, or the kind of the workload. */
  readonly workload: string;
  readonly request: Pick<RequestFacts, 'namespace'>;
}

/** A Pod that is about to be created, as far as it is known. */
export interface PodSubject {
  /** The Pod, or the Pod template. */
  readonly object: unknown;
  readonly labels: Labels;
  /** The kind that the Pod was read from: `Pod`, or that of its controller. */
  readonly workload: string;
  readonly namespace: string;
  readonly namespaceLabels: Labels;
}

/** What is known of a Pod before it is created. The labels of its namespace may be unknown. */
export function podSubjectOf(
  { object, workload, request: { namespace } }: Selected,
  namespaceLabels: StringMap | undefined,
): PodSubject {
  return {
    object,
    workload,
    namespace,
    labels: {
      known: stringsOf(asObject(asObject(object).metadata).labels),
      unknownValues: controllerLabels(workload),
    },
    namespaceLabels: {
      known: { ...namespaceLabels, 'kubernetes.io/metadata.name': namespace },
      isPartial: namespaceLabels === undefined,
    },
  };
}
