import type { JsonObject } from '../../core/values/json.js';

/** A Kubernetes object. */
export interface KubernetesObject extends JsonObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: { readonly [key: string]: string };
    readonly annotations?: { readonly [key: string]: string };
    readonly deletionTimestamp?: string;
  };
}

/** A webhook of a MutatingWebhookConfiguration. */
export interface Webhook extends JsonObject {
  readonly name: string;
  readonly failurePolicy?: 'Fail' | 'Ignore';
  readonly timeoutSeconds?: number;
  readonly clientConfig: {
    readonly caBundle?: string;
    readonly service?: { readonly name: string; readonly namespace: string; readonly port?: number };
  };
}
