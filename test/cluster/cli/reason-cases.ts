import type { Reason } from '../../../src/core/decision/reasons.js';
import { UID_RANGE } from '../../../src/core/pod/annotations.js';
import { VALUES } from '../values.js';

/** What makes the webhook give a reason. */
export interface ReasonCase {
  /** `stored`: the Pod exists, and has the reason as its annotation. `denied`: only its controller exists. */
  readonly pod: 'stored' | 'denied';
  readonly metadata?: object;
  readonly spec?: object;
  /** The annotations of the namespace, besides a range of users. */
  readonly namespace?: { readonly [annotation: string]: string };
}

const ADDED_VOLUME = { name: 'added', emptyDir: {} };

/** With this configuration, each rule of the table applies. */
export const EVERY_RULE = {
  ...VALUES,
  config: {
    ...VALUES.config,
    pod: { volumes: [ADDED_VOLUME] },
    proxy: { ...VALUES.config.proxy, uid: 'namespace', gid: 'namespace', podResources: 'refuse' },
  },
};

/** The annotations of a usual namespace: its proxies run as the last of these users. */
export const USERS = { [UID_RANGE]: '100000/1000' };

/** The reasons that the Pods of a Deployment can have. */
export const CASES: { readonly [reason in Reason]?: ReasonCase } = {
  'sidecar-present': { pod: 'stored', spec: containers('app', 'cortexflow-proxy') },
  'foreign-proxy': { pod: 'stored', spec: containers('app', 'istio-proxy') },
  'namespace-disabled': { pod: 'stored', namespace: { 'proxy-injection': 'disabled' } },
  'pod-disabled': { pod: 'stored', metadata: { annotations: { 'proxy-injection': 'disabled' } } },
  'host-network': { pod: 'stored', spec: { hostNetwork: true } },
  'windows-pod': { pod: 'stored', spec: { os: { name: 'windows' } } },
  'invalid-override': {
    pod: 'denied',
    metadata: { annotations: { 'proxy-injection/mode': 'sidecar' } },
  },
  'port-conflict': { pod: 'denied', spec: containers({ name: 'app', ports: [{ containerPort: 5054 }] }) },
  'uid-conflict': { pod: 'denied', spec: { securityContext: { runAsUser: 100999 } } },
  'invalid-id-range': { pod: 'denied', namespace: { [UID_RANGE]: 'none' } },
  'volume-conflict': {
    pod: 'denied',
    spec: { volumes: [{ name: ADDED_VOLUME.name, configMap: { name: 'any' } }] },
  },
  'pod-resources': { pod: 'denied', spec: { resources: { limits: { cpu: '200m', memory: '128Mi' } } } },
};

/** Why no Pod of the tests has the other reasons, or where else they are tested. */
export const OTHERS: { readonly [reason in Reason]?: string } = {
  'not-applicable': 'The request creates no Pod.',
  'malformed-pod': 'The API server rejects the Pod, so that nothing is stored.',
  'mirror-pod':
    'The kubelet alone creates mirror Pods, and the webhook leaves them unchanged, without a record.',
  'namespace-excluded':
    'The webhook configuration excludes the same namespaces, so that the webhook is not called.',
  'already-injected': 'The Pod has a proxy, and keeps the record of its injection.',
  injected:
    'The Pod has a proxy: explain.spec.ts and status.spec.ts have it, and events.spec.ts its warnings.',
};

function containers(...given: readonly (string | object)[]): object {
  return {
    containers: given.map((container) => ({
      image: 'app:1',
      ...(typeof container === 'string' ? { name: container } : container),
    })),
  };
}
