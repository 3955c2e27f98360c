import type { Variable } from '../program.js';

/**
 * The Pod, and the annotations and labels of it and of its namespace, which are never null. `pod` is the expression of
 * an object with the metadata and the spec of a Pod: the Pod itself, or a template.
 */
export function objectVariables(pod: string): readonly Variable[] {
  return [
    { name: 'pod', expression: pod },
    { name: 'podAnnotations', expression: 'variables.pod.?metadata.?annotations.orValue({})' },
    { name: 'podLabels', expression: 'variables.pod.?metadata.?labels.orValue({})' },
    { name: 'namespaceAnnotations', expression: 'namespaceObject.metadata.?annotations.orValue({})' },
    { name: 'namespaceLabels', expression: 'namespaceObject.metadata.?labels.orValue({})' },
  ];
}
