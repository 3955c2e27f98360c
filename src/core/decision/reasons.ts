/**
 * Why a Pod got a proxy or did not: stable codes and their messages, the same in the response, the metric labels, the
 * log, the audit annotations, and the CLI. Keep messages short: warnings are cut to 120 characters.
 */
export const REASONS = {
  'not-applicable': 'The request does not create a Pod.',
  'malformed-pod': 'The Pod is malformed.',
  'mirror-pod': 'Changing the mirror Pod of a static Pod has no effect.',
  'namespace-excluded': "The injector's configuration excludes the namespace.",
  'already-injected': 'The Pod already has the proxy.',
  'sidecar-present': 'The pod is not eligible for proxy injection. Sidecar proxy already present.',
  'foreign-proxy': 'The Pod belongs to another mesh.',
  'namespace-disabled': 'Automatic namespace injection is disabled.',
  'pod-disabled': 'Automatic pod injection is disabled.',
  'host-network': 'The Pod uses the host network; a redirect would affect the whole node.',
  'windows-pod': 'The redirect works on Linux only.',
  'invalid-override': 'The Pod or its namespace has invalid proxy-injection annotations or labels.',
  'invalid-id-range': 'The namespace does not say which user and group the proxy may have.',
  'port-conflict': "A container uses one of the proxy's ports.",
  'uid-conflict': "A container has the proxy's user or group.",
  'volume-conflict': 'The Pod uses the name of a volume that the injector adds.',
  'pod-resources': 'The proxy cannot share the resources of this Pod (spec.resources).',
  injected: 'The proxy was injected.',
} as const;

/** Appended to the message of `already-injected` if the Pod changes after all. */
export const MOVED = 'Its init container was moved to the end.';

/** A stable reason code. */
export type Reason = keyof typeof REASONS;

/** Whether a text, which anyone may have written, is a reason. */
export function isReason(text: string | undefined): text is Reason {
  return text !== undefined && Object.hasOwn(REASONS, text);
}
