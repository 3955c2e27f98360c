import type { AddOperation } from '../core/patch/patch.js';
import type { Removal, RemovalOperation } from '../core/patch/removal.js';
import { checkPod } from '../core/pod/pod.js';
import type { Path } from '../core/values/path.js';
import type { Violation } from '../core/values/violation.js';
import type { Found } from './kinds.js';
import type { Diagnostic } from './tree/diagnostic.js';

/** The document that holds a workload. */
export interface WorkloadDocument {
  /** `deploy.yaml:14:9`, for a path from the document down. */
  position(path: Path): string;
  /** The diagnostic for a violation in the object at a path. */
  diagnostic(at: Path, violation: Violation<string>): Diagnostic;
  /** Changes the text of the Pod at a path. Throws a `ManifestError` if that is not possible. */
  edit(path: Path, operations: readonly (AddOperation | RemovalOperation)[]): void;
}

/** A Pod, or an object with a Pod template, in a manifest. */
export class Workload {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace: string | undefined;

  constructor(
    found: Found,
    /** The Pod or Pod template: plain JSON, undefined where there is none. */
    readonly pod: unknown,
    /** Where it is in the document. */
    readonly path: Path,
    private readonly document: WorkloadDocument,
  ) {
    this.kind = found.kind;
    this.apiVersion = found.apiVersion;
    this.name = found.name;
    this.namespace = found.namespace;
  }

  /** Where a path below the Pod is, or the nearest above it that is there: `deploy.yaml:14:9`. */
  position(path: Path): string {
    return this.document.position([...this.path, ...path]);
  }

  /** The first violation in the Pod, with its position; undefined if there is none. */
  diagnostic(): Diagnostic | undefined {
    const found = checkPod(this.pod);
    if (found === undefined) return undefined;
    const isAbsent = found.path.length === 0; // of a template: a Pod is an object, or else it would not be known as one
    return this.document.diagnostic(this.path, isAbsent ? { ...found, expected: 'a Pod template' } : found);
  }

  /** Injects: puts the operations of the core's patch into the text. Throws a ManifestError where that cannot be done. */
  apply(operations: readonly AddOperation[]): void {
    this.document.edit(this.path, operations);
  }

  /** Uninjects: takes out of the text what the core's `removalOf` found. Throws a ManifestError where that cannot be done. */
  remove(removal: Removal): void {
    this.document.edit(this.path, removal.operations);
  }
}
