/** A variable of an admission policy: kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy. */
export interface Variable {
  readonly name: string;
  /** In CEL. It may read the variables before it, as `variables.NAME`. */
  readonly expression: string;
}

/**
 * The most code points that an expression may have. The API server allows 100,000, and refuses the whole policy beyond
 * that.
 */
export const MAX_CODE_POINTS = 90_000;
