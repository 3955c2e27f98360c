/** A value of an override that admission policies deny, although the webhook admits it. */
interface UnsupportedOverride {
  /** The name of the override. */
  readonly name: string;
  readonly value: string;
  readonly expected: string;
}

/** What is expected of who applies the redirect, where admission policies inject. */
export const NO_NODE_MODE = 'pod (admission policies do not support node mode)';

/** The values without an equivalent. */
export const UNSUPPORTED_OVERRIDES: readonly UnsupportedOverride[] = [
  { name: 'redirect-by', value: 'node', expected: NO_NODE_MODE },
];
