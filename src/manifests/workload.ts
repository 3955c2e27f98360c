import type { MoveOperation } from '../core/patch/move.js';
import type { PatchOperation } from '../core/patch/patch.js';
import type { Removal, RemovalOperation } from '../core/patch/removal.js';
import { checkPod } from '../core/pod/pod.js';
import { type Path, pathText } from '../core/values/path.js';
import type { Violation } from '../core/values/violation.js';
import { type Change, changesOf } from './edit/collection-changes.js';
import { type FoundObject, hasSeveralTemplates } from './kinds.js';
import type { Diagnostic } from './tree/diagnostic.js';

/** The document that contains a workload. */
export interface WorkloadDocument {
  /** The position of a path in the document: `deploy.yaml:14:9`. */
  position(path: Path): string;
  /** The diagnostic for a violation in the object at a path. */
  diagnostic(at: Path, violation: Violation<string>): Diagnostic;
  /** Applies operations to the text of the Pod at a path. Throws a `ManifestError` if that is not possible. */
  edit(change: Change): void;
  /** Applies the removal, and then the patch to the text that results. Throws like `edit`. */
  replace(path: Path, removal: readonly RemovalOperation[], patch: readonly PatchOperation[]): void;
}

/** A workload in a manifest: a Pod, or an object with a Pod template. */
export class Workload {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace: string | undefined;
  /** Which of the object's Pod templates it is: `spec.headGroupSpec.template`. Undefined if there can only be one. */
  readonly template: string | undefined;

  constructor(
    found: FoundObject,
    /** The Pod or Pod template as plain JSON; undefined if it is missing. */
    readonly pod: unknown,
    /** The path of the Pod or Pod template in the document. */
    readonly path: Path,
    private readonly document: WorkloadDocument,
  ) {
    this.kind = found.kind;
    this.apiVersion = found.apiVersion;
    this.name = found.name;
    this.namespace = found.namespace;
    const hasSeveral = found.known !== undefined && hasSeveralTemplates(found.known);
    this.template = hasSeveral ? pathText(path.slice(found.path.length)) : undefined;
  }

  /** The position of a path below the Pod, or of its nearest existing parent: `deploy.yaml:14:9`. */
  position(path: Path): string {
    return this.document.position([...this.path, ...path]);
  }

  /** The diagnostic for the first violation in the Pod; undefined if it is well-formed. */
  diagnostic(): Diagnostic | undefined {
    const found = checkPod(this.pod);
    if (found === undefined) return undefined;
    const isTemplate = found.path.length === 0; // every Pod that is found is an object
    return this.document.diagnostic(this.path, isTemplate ? { ...found, expected: 'a Pod template' } : found);
  }

  /** Applies the operations of the core's patch to the text. Throws a `ManifestError` if that is not possible. */
  apply(operations: readonly (PatchOperation | MoveOperation)[]): void {
    this.document.edit({ path: this.path, operations });
  }

  /** Removes from the text what the core's `removalOf` found. Throws a `ManifestError` if that is not possible. */
  remove(removal: Removal): void {
    this.document.edit({ path: this.path, operations: removal.operations, restores: true });
  }

  /** Replaces the proxy: removes the old one, and then applies the patch. Throws like {@link apply}. */
  replace(removal: Removal, patch: readonly PatchOperation[]): void {
    this.document.replace(this.path, removal.operations, patch);
  }

  /** The Pod with operations applied. Leaves the text unchanged. */
  changed(operations: Change['operations']): unknown {
    return changesOf(this.pod, operations).after;
  }
}
