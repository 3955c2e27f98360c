import type { PodRequest } from './kube-check.js';

const TOGGLE = 'proxy-injection';

/** The webhook that is called. */
export interface Called {
  readonly reaches: 'namespaces' | 'pods' | 'neither';
  /** If `ineligiblePods` is `deny`; the same if missing. */
  readonly reachesToBeDenied?: Called['reaches'];
}

/** A row of the table of Pods that reach the webhook of a release in `proxy-system`. */
export interface Selection extends Called {
  readonly namespace: string;
  readonly pod: string;
  readonly request: PodRequest;
  /** If `webhook.selection` is `optOut`; the same if missing. */
  readonly optOut?: Called;
}

const LABELS = {
  none: {},
  enabled: { [TOGGLE]: 'enabled' },
  disabled: { [TOGGLE]: 'disabled' },
  true: { [TOGGLE]: 'true' },
} as const;

type Label = keyof typeof LABELS;

const NAMESPACES = { reaches: 'namespaces' } as const;
const PODS = { reaches: 'pods' } as const;
const NEITHER = { reaches: 'neither' } as const;
const NAMESPACES_TO_BE_DENIED = { reaches: 'neither', reachesToBeDenied: 'namespaces' } as const;
const PODS_TO_BE_DENIED = { reaches: 'neither', reachesToBeDenied: 'pods' } as const;

/** Label of the namespace, label of the Pod, and the webhook that is called: by opting in, and unless opted out. */
const BY_LABEL: readonly (readonly [Label, Label, Called, Called])[] = [
  ['enabled', 'none', NAMESPACES, NAMESPACES],
  ['enabled', 'enabled', NAMESPACES, NAMESPACES],
  ['enabled', 'disabled', NAMESPACES_TO_BE_DENIED, NAMESPACES_TO_BE_DENIED],
  ['none', 'none', NEITHER, PODS],
  ['none', 'enabled', PODS, PODS],
  ['none', 'disabled', NEITHER, PODS_TO_BE_DENIED],
  ['disabled', 'none', NEITHER, NEITHER],
  ['disabled', 'enabled', NEITHER, NEITHER],
  ['disabled', 'disabled', NEITHER, NEITHER],
  ['true', 'none', NEITHER, PODS],
  ['true', 'enabled', PODS, PODS],
  ['none', 'true', NEITHER, PODS],
  ['enabled', 'true', NAMESPACES, NAMESPACES],
];

/** How many of {@link SELECTIONS}, the first ones, differ only in their labels. */
export const LABELED = BY_LABEL.length;

export const INJECTED = { metadata: { annotations: { 'proxy-injection/status': 'injected' } } };
export const INIT = { name: 'init-iptables', env: [{ name: 'PROXY_INIT_RULES_IPV4', value: '*nat' }] };
export const PROXY = {
  name: 'proxy-sidecar',
  ports: [{ containerPort: 5054 }, { containerPort: 5053, protocol: 'UDP' }],
};

export const SELECTIONS: readonly Selection[] = [
  ...BY_LABEL.map(([namespace, pod, optIn, optOut]) => ({
    namespace: labeled(namespace),
    pod: labeled(pod),
    request: creation('shop', LABELS[namespace], podOf(LABELS[pod])),
    ...optIn,
    optOut,
  })),
  ...['proxy-system', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) => ({
    namespace: name === 'proxy-system' ? "the release's own" : `\`${name}\``,
    pod: 'any',
    request: creation(name, LABELS.enabled, podOf(LABELS.enabled)),
    reaches: 'neither' as const,
  })),
  {
    namespace: labeled('enabled'),
    pod: 'mirror Pod of a static Pod',
    request: creation('shop', LABELS.enabled, podOf({}, { 'kubernetes.io/config.mirror': 'a' })),
    reaches: 'neither',
  },
  {
    namespace: labeled('enabled'),
    pod: 'already injected',
    request: creation('shop', LABELS.enabled, {
      ...INJECTED,
      spec: { containers: [{ name: 'app' }, PROXY], initContainers: [INIT] },
    }),
    reaches: 'neither',
    reachesToBeDenied: 'namespaces',
  },
  {
    namespace: labeled('enabled'),
    pod: 'already injected, as a native sidecar',
    request: creation('shop', LABELS.enabled, {
      ...INJECTED,
      spec: {
        containers: [{ name: 'app' }],
        initContainers: [INIT, { ...PROXY, restartPolicy: 'Always' }],
      },
    }),
    reaches: 'neither',
    reachesToBeDenied: 'namespaces',
  },
  {
    namespace: labeled('enabled'),
    pod: 'already injected, with an init container after `init-iptables`',
    request: creation('shop', LABELS.enabled, {
      ...INJECTED,
      spec: { containers: [{ name: 'app' }, PROXY], initContainers: [INIT, { name: 'late' }] },
    }),
    reaches: 'namespaces',
  },
  {
    namespace: labeled('enabled'),
    pod: 'annotated as injected, with containers of the same names',
    request: creation('shop', LABELS.enabled, {
      ...INJECTED,
      spec: { containers: [{ name: 'proxy-sidecar' }], initContainers: [{ name: 'init-iptables' }] },
    }),
    reaches: 'neither',
    reachesToBeDenied: 'namespaces',
  },
  {
    namespace: labeled('enabled'),
    pod: 'annotated as injected, but without a proxy',
    request: creation('shop', LABELS.enabled, { ...INJECTED, spec: { containers: [{ name: 'app' }] } }),
    reaches: 'namespaces',
  },
  {
    namespace: labeled('enabled'),
    pod: 'on the host network',
    request: creation('shop', LABELS.enabled, { spec: { hostNetwork: true, containers: [{ name: 'app' }] } }),
    reaches: 'namespaces',
  },
  {
    namespace: labeled('enabled'),
    pod: 'updated',
    request: { ...creation('shop', LABELS.enabled, podOf({})), operation: 'UPDATE' },
    reaches: 'neither',
  },
  {
    namespace: labeled('enabled'),
    pod: 'updated with an ephemeral container',
    request: {
      ...creation('shop', LABELS.enabled, podOf({})),
      operation: 'UPDATE',
      subresource: 'ephemeralcontainers',
    },
    reaches: 'neither',
  },
];

function labeled(label: Label): string {
  return label === 'none' ? 'no label' : `\`${label}\``;
}

function podOf(labels: object, annotations?: object): object {
  return { metadata: { labels, annotations }, spec: { containers: [{ name: 'app' }] } };
}

/** A request to create a Pod in a namespace with labels. */
export function creation(name: string, labels: object, pod: object): PodRequest {
  const namespace = { metadata: { name, labels: { ...labels, 'kubernetes.io/metadata.name': name } } };
  return { namespace, pod, operation: 'CREATE' };
}
