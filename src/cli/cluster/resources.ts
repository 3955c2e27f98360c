/** A resource of the Kubernetes API. */
export interface Resource {
  /** `/api/v1`, or `/apis/` and a group and version. */
  readonly api: string;
  /** The name in URLs. */
  readonly plural: string;
  readonly kind: string;
  /** Other names that kubectl accepts. */
  readonly short: readonly string[];
  readonly isGlobal?: true;
}

/** The resources that the commands read. */
export const RESOURCES = {
  pods: { api: '/api/v1', plural: 'pods', kind: 'Pod', short: ['po'] },
  namespaces: { api: '/api/v1', plural: 'namespaces', kind: 'Namespace', short: ['ns'], isGlobal: true },
  services: { api: '/api/v1', plural: 'services', kind: 'Service', short: ['svc'] },
  nodes: { api: '/api/v1', plural: 'nodes', kind: 'Node', short: ['no'], isGlobal: true },
  serviceAccounts: { api: '/api/v1', plural: 'serviceaccounts', kind: 'ServiceAccount', short: ['sa'] },
  configMaps: { api: '/api/v1', plural: 'configmaps', kind: 'ConfigMap', short: ['cm'] },
  events: { api: '/api/v1', plural: 'events', kind: 'Event', short: ['ev'] },
  deployments: { api: '/apis/apps/v1', plural: 'deployments', kind: 'Deployment', short: ['deploy'] },
  replicaSets: { api: '/apis/apps/v1', plural: 'replicasets', kind: 'ReplicaSet', short: ['rs'] },
  statefulSets: { api: '/apis/apps/v1', plural: 'statefulsets', kind: 'StatefulSet', short: ['sts'] },
  daemonSets: { api: '/apis/apps/v1', plural: 'daemonsets', kind: 'DaemonSet', short: ['ds'] },
  jobs: { api: '/apis/batch/v1', plural: 'jobs', kind: 'Job', short: [] },
  cronJobs: { api: '/apis/batch/v1', plural: 'cronjobs', kind: 'CronJob', short: ['cj'] },
  rollouts: { api: '/apis/argoproj.io/v1alpha1', plural: 'rollouts', kind: 'Rollout', short: ['ro'] },
  endpointSlices: {
    api: '/apis/discovery.k8s.io/v1',
    plural: 'endpointslices',
    kind: 'EndpointSlice',
    short: [],
  },
  podDisruptionBudgets: {
    api: '/apis/policy/v1',
    plural: 'poddisruptionbudgets',
    kind: 'PodDisruptionBudget',
    short: ['pdb'],
  },
  webhookConfigurations: {
    api: '/apis/admissionregistration.k8s.io/v1',
    plural: 'mutatingwebhookconfigurations',
    kind: 'MutatingWebhookConfiguration',
    short: [],
    isGlobal: true,
  },
  mutatingPolicies: {
    api: '/apis/admissionregistration.k8s.io/v1',
    plural: 'mutatingadmissionpolicies',
    kind: 'MutatingAdmissionPolicy',
    short: [],
    isGlobal: true,
  },
  mutatingPolicyBindings: {
    api: '/apis/admissionregistration.k8s.io/v1',
    plural: 'mutatingadmissionpolicybindings',
    kind: 'MutatingAdmissionPolicyBinding',
    short: [],
    isGlobal: true,
  },
  validatingPolicies: {
    api: '/apis/admissionregistration.k8s.io/v1',
    plural: 'validatingadmissionpolicies',
    kind: 'ValidatingAdmissionPolicy',
    short: [],
    isGlobal: true,
  },
  validatingPolicyBindings: {
    api: '/apis/admissionregistration.k8s.io/v1',
    plural: 'validatingadmissionpolicybindings',
    kind: 'ValidatingAdmissionPolicyBinding',
    short: [],
    isGlobal: true,
  },
} as const satisfies { readonly [name: string]: Resource };

/** The path of one object, or of the list of all. Without a namespace, of all namespaces. */
export function pathOf({ api, plural }: Resource, namespace: string | undefined, name?: string): string {
  const parts = [
    ...(namespace === undefined ? [] : ['namespaces', namespace]),
    plural,
    ...(name === undefined ? [] : [name]),
  ];
  return [api, ...parts.map(encodeURIComponent)].join('/');
}
