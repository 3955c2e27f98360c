import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../../chart/chart.js';
import { INJECTED, injectedInto } from '../admission/pods.js';
import type { Answer } from '../local-cluster/api-server.js';

/**
 * The outcome of a creation: `injected` exactly once, `lost` by the webhook, or `unavailable`, a failure of the API
 * server itself. The last two have a reason.
 */
export type Outcome =
  | { readonly kind: 'injected' }
  | { readonly kind: 'lost' | 'unavailable'; readonly reason: string };

/** The status codes of an API server that is starting, shutting down, or overloaded. */
const UNAVAILABLE = [429, 500, 503, 504];

/**
 * Messages of an API server whose informers have not synced, its own or those for the Services of webhooks:
 * k8s.io/apiserver, pkg/admission/plugin/webhook/generic.
 */
const STARTING = /not yet ready to handle request|service "[^"]+" not found/;

/**
 * Classifies a response. The API server names the webhook in the message of every failure that a webhook causes:
 * k8s.io/apiserver, pkg/admission/plugin/webhook.
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

/** Whether a Pod has everything that the injector adds exactly once. */
export function isInjectedOnce(pod: KubernetesObject): boolean {
  return isDeepStrictEqual(injectedInto(pod), INJECTED);
}

/** The names of all containers of a Pod. */
function names({ spec }: KubernetesObject): string[] {
  return [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
}
