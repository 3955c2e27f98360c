import type { JsonObject } from '../core/values/json.js';
import { list, object, optional, type TypeOf, text } from '../core/values/shape.js';

const SERVICE_ACCOUNT = object({ imagePullSecrets: optional(list(object({ name: optional(text) }))) });

/** A ServiceAccount in a manifest. */
export interface ServiceAccountManifest {
  readonly name: string;
  /** Undefined if it names none. */
  readonly namespace: string | undefined;
  readonly imagePullSecrets: readonly { readonly name: string }[];
}

/** Returns the first violation that keeps the pull secrets of a ServiceAccount from being read; undefined if none. */
export const checkServiceAccount = SERVICE_ACCOUNT;

/** The pull secrets of a ServiceAccount that passes {@link checkServiceAccount}, without those that have no name. */
export function pullSecretsOf(serviceAccount: JsonObject): { name: string }[] {
  const { imagePullSecrets } = serviceAccount as TypeOf<typeof SERVICE_ACCOUNT>;
  return (imagePullSecrets ?? []).flatMap(({ name }) => (name ? [{ name }] : []));
}
