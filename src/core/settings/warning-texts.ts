type Shown = string | number;

/**
 * The warnings about a Pod that is, or was, injected, by kind. The policies of `src/policy` write the same, so each
 * must be there, too.
 */
export const WARNING_TEXTS = {
  'small-limit': (what: Shown, resource: Shown, limit: Shown, floor: Shown) =>
    `no ${what} can start with a ${resource} limit of ${limit}; use at least ${floor}`,
  'not-guaranteed': (container: Shown, why: Shown) => `the Pod is no longer Guaranteed: ${container} ${why}`,
  'pod-resources': (key: Shown) => `${key} has no effect: the containers share spec.resources`,
  'not-completing': () => 'the proxy keeps this Pod from completing; set proxy-injection/mode: native',
  'short-drain': (seconds: Shown, wanted: Shown, gracePeriod: Shown) =>
    `the proxy drains for ${seconds} s instead of ${wanted}; set terminationGracePeriodSeconds to ${gracePeriod}`,
  'tcp-probe': (handler: Shown, container: Shown) =>
    `the tcpSocket ${handler} checks the proxy, not the app: container ${container}`,
  'proxied-probe': (handler: Shown, container: Shown) =>
    `the ${handler} still goes through the proxy: container ${container}`,
  'redirected-udp': (ports: Shown) =>
    `the proxy cannot learn that UDP was for ${ports}; see proxy-injection/skip-inbound-ports`,
  'unknown-annotation': (key: Shown) => `unknown annotation ${key}`,
  'unknown-namespace-annotation': (key: Shown) => `unknown annotation ${key} on the namespace`,
  label: (key: Shown) => `label ${key} has no effect; use an annotation`,
  'guard-label': (key: Shown) => `label ${key} has no effect on a Pod; set it on the namespace`,
  'namespace-label': (key: Shown) => `label ${key} on the namespace has no effect; use an annotation`,
  'other-configuration': (before: Shown, now: Shown) =>
    `injected with another configuration (hash ${before}, now ${now})`,
  'invalid-namespace-label': (violation: Shown) => String(violation),
} as const satisfies { readonly [kind: string]: (...values: Shown[]) => string };

/** A kind of warning. */
export type WarningKind = keyof typeof WARNING_TEXTS;
