import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../../chart/chart.js';
import { INJECTED, injectedInto } from '../admission/pods.js';
import type { Answer } from '../local-cluster/api-server.js';

/**
 * What came of a creation: `injected` exactly once, `lost` by the webhook, or `unavailable`, which is the API server's
 * own failure and no matter of ours; but for the first with the reason.
 */
export type Outcome =
  | { readonly kind: 'injected' }
  | { readonly kind: 'lost' | 'unavailable'; readonly reason: string };

/** The codes with which an API server says that it cannot now: it is starting, ending, or has too much to do. */
const UNAVAILABLE = [429, 500, 503, 504];

/**
 * What an API server says whose informers have not listed yet, of its own or of webhooks' Services: k8s.io/apiserver,
 * pkg/admission/plugin/webhook/generic.
 */
const STARTING = /not yet ready to handle request|service "[^"]+" not found/;

/**
 * The API server says of every failure that comes of a webhook that it does: k8s.io/apiserver,
 * pkg/admission/plugin/webhook.
 */
export function outcomeOf({ status, object }: Answer): Outcome {
  if (status === 201) {
    return isInjectedOnce(object)
      ? { kind: 'injected' }
      : { kind: 'lost', reason: `created with ${names(object)}` };
  }
  const reason = `${status} ${object.message ?? object}`;
  const isOwn = (UNAVAILABLE.includes(status) && !reason.includes('webhook')) || STARTING.test(reason);
  return { kind: isOwn ? 'unavailable' : 'lost', reason };
}

/** Whether a Pod has what the injector adds, and has it once. */
export function isInjectedOnce(pod: KubernetesObject): boolean {
  return isDeepStrictEqual(injectedInto(pod), INJECTED);
}

/** Of all its containers. */
function names({ spec }: KubernetesObject): string[] {
  return [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
}
