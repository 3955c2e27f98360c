/** The labels that controllers add to their Pods, with values that are not known in advance. */
const LABELS: { readonly [kind: string]: readonly string[] } = {
  ReplicaSet: [],
  Deployment: ['pod-template-hash'],
  Rollout: ['rollouts-pod-template-hash'],
  StatefulSet: [
    'controller-revision-hash',
    'statefulset.kubernetes.io/pod-name',
    'apps.kubernetes.io/pod-index',
  ],
  DaemonSet: ['controller-revision-hash', 'pod-template-generation'],
  Job: ['controller-uid', 'job-name', 'batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name'],
};

/**
 * The keys of the labels that the Pods of a kind of workload get from their controller:
 * kubernetes.io/docs/reference/labels-annotations-taints.
 */
export function controllerLabels(kind: string): readonly string[] {
  return LABELS[kind === 'CronJob' ? 'Job' : kind] ?? [];
}
