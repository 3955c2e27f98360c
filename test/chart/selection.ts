import type { PodRequest } from './kube-check.js';

const TOGGLE = 'proxy-injection';

/** One row of the table that says which Pods reach the webhook of a release in `proxy-system`. */
export interface Selection {
  readonly namespace: string;
  readonly pod: string;
  readonly request: PodRequest;
  /** Which of the two webhooks is called. */
  readonly reaches: 'namespaces' | 'pods' | 'neither';
}

const LABELS = {
  none: {},
  enabled: { [TOGGLE]: 'enabled' },
  disabled: { [TOGGLE]: 'disabled' },
} as const;

type Label = keyof typeof LABELS;

/** The table: the label of the namespace, that of the Pod, and the webhook that is called. */
const BY_LABEL: readonly (readonly [Label, Label, Selection['reaches']])[] = [
  ['enabled', 'none', 'namespaces'],
  ['enabled', 'enabled', 'namespaces'],
  ['enabled', 'disabled', 'neither'],
  ['none', 'none', 'neither'],
  ['none', 'enabled', 'pods'],
  ['none', 'disabled', 'neither'],
  ['disabled', 'none', 'neither'],
  ['disabled', 'enabled', 'neither'],
  ['disabled', 'disabled', 'neither'],
];

const INJECTED = { metadata: { annotations: { 'proxy-injection/status': 'injected' } } };
const BOTH = [{ name: 'app' }, { name: 'proxy-sidecar' }];

export const SELECTIONS: readonly Selection[] = [
  ...BY_LABEL.map(([namespace, pod, reaches]) => ({
    namespace: labelled(namespace),
    pod: labelled(pod),
    request: creation('shop', LABELS[namespace], podOf(LABELS[pod])),
    reaches,
  })),
  ...['proxy-system', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) => ({
    namespace: name === 'proxy-system' ? 'that of the release' : `\`${name}\``,
    pod: 'any',
    request: creation(name, LABELS.enabled, podOf(LABELS.enabled)),
    reaches: 'neither' as const,
  })),
  {
    namespace: labelled('enabled'),
    pod: 'a mirror Pod of a static Pod',
    request: creation('shop', LABELS.enabled, podOf({}, { 'kubernetes.io/config.mirror': 'a' })),
    reaches: 'neither',
  },
  {
    namespace: labelled('enabled'),
    pod: 'injected before',
    request: creation('shop', LABELS.enabled, {
      ...INJECTED,
      spec: { containers: BOTH, initContainers: [{ name: 'init-iptables' }] },
    }),
    reaches: 'neither',
  },
  {
    namespace: labelled('enabled'),
    pod: 'injected before, as a native sidecar',
    request: creation('shop', LABELS.enabled, {
      ...INJECTED,
      spec: {
        containers: [{ name: 'app' }],
        initContainers: [{ name: 'init-iptables' }, { name: 'proxy-sidecar' }],
      },
    }),
    reaches: 'neither',
  },
  {
    namespace: labelled('enabled'),
    pod: 'that only says that it was injected',
    request: creation('shop', LABELS.enabled, { ...INJECTED, spec: { containers: [{ name: 'app' }] } }),
    reaches: 'namespaces',
  },
  {
    namespace: labelled('enabled'),
    pod: 'on the network of the node',
    request: creation('shop', LABELS.enabled, { spec: { hostNetwork: true, containers: [{ name: 'app' }] } }),
    reaches: 'namespaces',
  },
  {
    namespace: labelled('enabled'),
    pod: 'that is changed',
    request: { ...creation('shop', LABELS.enabled, podOf({})), operation: 'UPDATE' },
    reaches: 'neither',
  },
  {
    namespace: labelled('enabled'),
    pod: 'that gets an ephemeral container',
    request: {
      ...creation('shop', LABELS.enabled, podOf({})),
      operation: 'UPDATE',
      subresource: 'ephemeralcontainers',
    },
    reaches: 'neither',
  },
];

function labelled(label: Label): string {
  return label === 'none' ? 'no label' : `\`${label}\``;
}

function podOf(labels: object, annotations?: object): object {
  return { metadata: { labels, annotations }, spec: { containers: [{ name: 'app' }] } };
}

function creation(name: string, labels: object, pod: object): PodRequest {
  const namespace = { metadata: { name, labels: { ...labels, 'kubernetes.io/metadata.name': name } } };
  return { namespace, pod, operation: 'CREATE' };
}
