/** An operation of a JSON Patch (RFC 6902) that takes something out, or empties it. */
export type RemovalOperation =
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'replace'; readonly path: string; readonly value: unknown };

/** What has to be taken out of an injected Pod. */
export interface Removal {
  /** They apply in order, to a Pod or a Pod template; indices count down. */
  readonly operations: readonly RemovalOperation[];
}

/** What an injector put into a Pod, also one that the API server has defaulted since; undefined if it was not injected. */
export function removalOf(_pod: unknown): Removal | undefined {
  return undefined;
}
