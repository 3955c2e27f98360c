/** What is wrong at one place of a file: `deploy.yaml:14:9 spec.template.spec.containers: expected a list, got a string`. */
export class Diagnostic {
  constructor(
    /** `file:line:column`, both counted from 1. */
    readonly position: string,
    /** The field, as Kubernetes writes it; empty where it is not in one. */
    readonly path: string,
    readonly message: string,
  ) {}

  toString(): string {
    return this.path === ''
      ? `${this.position}: ${this.message}`
      : `${this.position} ${this.path}: ${this.message}`;
  }
}

/** Thrown where a workload cannot be applyEdits; nothing has been changed then. */
export class ManifestError extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.toString());
    this.name = 'ManifestError';
  }
}
