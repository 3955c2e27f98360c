import { MIRROR_POD } from '../../core/pod/annotations.js';

/** An object of the admission API, as it is applied. */
export interface PolicyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly [key: string]: unknown };
}

/** Stable for policies that validate since Kubernetes 1.30, and for those that mutate since 1.36. */
export const API_VERSION = 'admissionregistration.k8s.io/v1';

/**
 * The admission plugins of the API server that evaluate policies, and what their kinds start with. Each reads static
 * manifests from a directory of its own, which must hold no other kinds.
 */
export const PLUGINS = { mutating: 'Mutating', validating: 'Validating' } as const;
export type Plugin = keyof typeof PLUGINS;

/** How the objects are named. */
export interface PolicyNames {
  /** What all names start with. */
  readonly name: string;
  /** Whether they are manifests for the directory of an admission plugin, and not for the API. */
  readonly isStatic: boolean;
}

/** The names of static manifests end in it: k8s.io/apiserver, pkg/admission/plugin/manifest. */
const STATIC_SUFFIX = '.static.k8s.io';

/** The name of a policy or a binding. */
export function policyName({ name, isStatic }: PolicyNames, ...parts: readonly string[]): string {
  return [name, ...parts].join('-') + (isStatic ? STATIC_SUFFIX : '');
}

/** The creation of Pods. */
export const POD_CREATION = {
  resourceRules: [
    {
      apiGroups: [''],
      apiVersions: ['v1'],
      resources: ['pods'],
      operations: ['CREATE'],
      scope: 'Namespaced',
    },
  ],
  matchPolicy: 'Equivalent',
} as const;

/** Changing the mirror Pod of a static Pod has no effect. */
export const NOT_A_MIRROR_POD = {
  name: 'not-a-mirror-pod',
  expression: `!has(object.metadata.annotations) || !('${MIRROR_POD}' in object.metadata.annotations)`,
};
