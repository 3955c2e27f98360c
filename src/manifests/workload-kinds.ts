import type { WorkloadKind } from '../core/values/workload-kind.js';

/** A kind that the command line knows. */
export interface KnownKind extends WorkloadKind {
  /** Why the templates of this kind stay unedited, as a sentence. */
  readonly unedited?: string;
}

const TEMPLATE = ['spec.template'];

/** Kubeflow's jobs have a map of replica types, such as `Master` and `Worker`. */
function trainingJob(kind: string, replicas: string): KnownKind {
  return { group: 'kubeflow.org', kind, templates: [`spec.${replicas}[*].template`] };
}

function rayCluster(prefix: string): string[] {
  return [`${prefix}.headGroupSpec.template`, `${prefix}.workerGroupSpecs[*].template`];
}

const KNATIVE = {
  group: 'serving.knative.dev',
  templates: TEMPLATE,
  unedited: 'Knative rejects this template with a proxy in it. The webhook injects its Pods in the cluster.',
};

/** Kinds that configure an operator, which merges their `containers` into those of its own Pods. */
const CONTAINERS_ONLY: readonly KnownKind[] = [
  { group: 'monitoring.coreos.com', kind: 'Alertmanager', templates: [] },
  { group: 'monitoring.coreos.com', kind: 'Prometheus', templates: [] },
  { group: 'monitoring.coreos.com', kind: 'PrometheusAgent', templates: [] },
  { group: 'monitoring.coreos.com', kind: 'ThanosRuler', templates: [] },
  { group: 'apps.kruise.io', kind: 'SidecarSet', templates: [] },
];

/**
 * The kinds with Pods or Pod templates. The paths are the same in every version of a group that has the kind:
 *
 * - apps: v1beta1, v1beta2, v1. batch: v1beta1 (CronJob), v1. extensions: v1beta1.
 * - apps.openshift.io: v1. Before OpenShift 4, DeploymentConfig was in no group; its `v1` reads like the core group.
 * - argoproj.io: v1alpha1. keda.sh: v1alpha1.
 * - apps.kruise.io: v1alpha1, and v1beta1 of StatefulSet and DaemonSet.
 * - jobset.x-k8s.io: v1alpha1, v1alpha2. leaderworkerset.x-k8s.io: v1.
 * - ray.io: v1alpha1, v1. `submitterPodTemplate` of RayJob is optional.
 * - kubeflow.org: v1; MPIJob also v2beta1.
 * - serving.knative.dev: v1alpha1, v1beta1, v1. Its webhook allows no second container with ports
 *   (knative.dev/serving/pkg/apis/serving, validateContainersPorts), and by default neither init containers nor added
 *   capabilities (config-features).
 *
 * Their controllers create the Pods in the cluster, where the webhook sees them too. It leaves injected Pods alone.
 */
export const WORKLOAD_KINDS: readonly KnownKind[] = [
  { group: '', kind: 'Pod', templates: ['.'] },
  { group: '', kind: 'PodTemplate', templates: ['template'] },
  { group: '', kind: 'ReplicationController', templates: TEMPLATE },
  { group: '', kind: 'DeploymentConfig', templates: TEMPLATE },
  { group: 'apps', kind: 'Deployment', templates: TEMPLATE },
  { group: 'apps', kind: 'StatefulSet', templates: TEMPLATE },
  { group: 'apps', kind: 'DaemonSet', templates: TEMPLATE },
  { group: 'apps', kind: 'ReplicaSet', templates: TEMPLATE },
  { group: 'extensions', kind: 'Deployment', templates: TEMPLATE },
  { group: 'extensions', kind: 'DaemonSet', templates: TEMPLATE },
  { group: 'extensions', kind: 'ReplicaSet', templates: TEMPLATE },
  { group: 'batch', kind: 'Job', templates: TEMPLATE },
  { group: 'batch', kind: 'CronJob', templates: ['spec.jobTemplate.spec.template'] },
  { group: 'apps.openshift.io', kind: 'DeploymentConfig', templates: TEMPLATE },
  { group: 'argoproj.io', kind: 'Rollout', templates: TEMPLATE },
  { group: 'apps.kruise.io', kind: 'CloneSet', templates: TEMPLATE },
  { group: 'apps.kruise.io', kind: 'StatefulSet', templates: TEMPLATE },
  { group: 'apps.kruise.io', kind: 'DaemonSet', templates: TEMPLATE },
  { group: 'apps.kruise.io', kind: 'BroadcastJob', templates: TEMPLATE },
  {
    group: 'apps.kruise.io',
    kind: 'AdvancedCronJob',
    templates: [
      'spec.template.jobTemplate.spec.template',
      'spec.template.broadcastJobTemplate.spec.template',
    ],
  },
  {
    group: 'jobset.x-k8s.io',
    kind: 'JobSet',
    templates: ['spec.replicatedJobs[*].template.spec.template'],
  },
  {
    group: 'leaderworkerset.x-k8s.io',
    kind: 'LeaderWorkerSet',
    templates: ['spec.leaderWorkerTemplate.leaderTemplate', 'spec.leaderWorkerTemplate.workerTemplate'],
  },
  { group: 'keda.sh', kind: 'ScaledJob', templates: ['spec.jobTargetRef.template'] },
  { group: 'ray.io', kind: 'RayCluster', templates: rayCluster('spec') },
  {
    group: 'ray.io',
    kind: 'RayJob',
    templates: [...rayCluster('spec.rayClusterSpec'), 'spec.submitterPodTemplate'],
  },
  { group: 'ray.io', kind: 'RayService', templates: rayCluster('spec.rayClusterConfig') },
  trainingJob('JAXJob', 'jaxReplicaSpecs'),
  trainingJob('MPIJob', 'mpiReplicaSpecs'),
  trainingJob('MXJob', 'mxReplicaSpecs'),
  trainingJob('PaddleJob', 'paddleReplicaSpecs'),
  trainingJob('PyTorchJob', 'pytorchReplicaSpecs'),
  trainingJob('TFJob', 'tfReplicaSpecs'),
  trainingJob('XGBoostJob', 'xgbReplicaSpecs'),
  { ...KNATIVE, kind: 'Configuration' },
  { ...KNATIVE, kind: 'Revision' },
  { ...KNATIVE, kind: 'Service' },
  ...CONTAINERS_ONLY,
  // Copies of templates: the history of a StatefulSet or DaemonSet, and a request that `explain` reads.
  { group: 'apps', kind: 'ControllerRevision', templates: [] },
  { group: 'admission.k8s.io', kind: 'AdmissionReview', templates: [] },
];
