/**
 * Why a Pod got a proxy or did not: one stable code and one sentence each, the same in the response, the metric label, the
 * log, the audit annotation and the CLI. Sentences stay short: a warning holds at most 120 characters.
 */
export const REASONS = {
  'not-applicable': 'Only the creation of a Pod is looked at.',
  'malformed-pod': 'The Pod is malformed.',
  'mirror-pod': 'Mirror Pods of static Pods cannot be changed.',
  'namespace-excluded': 'The namespace is excluded by the configuration of the injector.',
  'already-injected': 'The Pod has been injected before.',
  'sidecar-present': 'The pod is not eligible for proxy injection. Sidecar proxy already present.',
  'namespace-disabled': 'Automatic namespace injection is disabled.',
  'pod-disabled': 'Automatic pod injection is disabled.',
  'host-network': "The Pod uses the node's network; redirecting it would redirect the node.",
  'windows-pod': 'Windows Pods have no iptables to redirect with.',
  'invalid-override': 'The Pod or its namespace has invalid proxy-injection annotations.',
  'port-conflict': "A container of the Pod uses a port of the proxy's.",
  'uid-conflict': 'A container of the Pod runs as the user or group that is reserved for the proxy.',
  'volume-conflict': 'A volume of the Pod has the name of a volume that the proxy needs.',
  injected: 'The proxy was injected.',
} as const;

/** A stable reason code. */
export type Reason = keyof typeof REASONS;
