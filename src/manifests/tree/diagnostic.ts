/** A located message: `deploy.yaml:14:9 spec.template.spec.containers: expected a list, got a string`. */
export class Diagnostic {
  constructor(
    /** `file:line:column`; line and column start at 1. */
    readonly position: string,
    /** The path of the field in Kubernetes notation; empty if it is not in a field. */
    readonly path: string,
    readonly message: string,
  ) {}

  toString(): string {
    return this.path === ''
      ? `${this.position}: ${this.message}`
      : `${this.position} ${this.path}: ${this.message}`;
  }
}

/** Thrown if a workload cannot be edited. Its document is then unchanged. */
export class ManifestError extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.toString());
    this.name = 'ManifestError';
  }
}
