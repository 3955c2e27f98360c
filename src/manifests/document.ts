import { isMap } from 'yaml';
import type { PatchOperation } from '../core/patch/patch.js';
import type { RemovalOperation } from '../core/patch/removal.js';
import { checkMetadata } from '../core/pod/pod.js';
import { asObject, isObject, type JsonObject, valueAt } from '../core/values/json.js';
import { type Path, pathText } from '../core/values/path.js';
import { type StringMap, stringsOf } from '../core/values/shape.js';
import type { Violation } from '../core/values/violation.js';
import type { Change } from './edit/collection-changes.js';
import { DocumentEditor } from './edit/document-editor.js';
import { editedText } from './edit/edited-text.js';
import type { Kinds } from './kinds.js';
import { withoutNullStrings } from './null-strings.js';
import { checkServiceAccount, pullSecretsOf, type ServiceAccountManifest } from './service-account.js';
import type { DocumentText } from './split.js';
import { Diagnostic, ManifestError } from './tree/diagnostic.js';
import { entryExtent } from './tree/extent.js';
import { MAX_ENTRIES, TOO_DEEP, tooMany } from './tree/limits.js';
import { locate } from './tree/node-ref.js';
import { plainValue } from './tree/parse.js';
import type { RecentTree, TreeOwner } from './tree/recent-tree.js';
import { duplicateDiagnostics, syntaxDiagnostics } from './tree/syntax-diagnostics.js';
import { type Unedited, uneditedOf } from './unedited.js';
import { Workload, type WorkloadDocument } from './workload.js';

/** A Namespace object in a manifest. */
export interface NamespaceManifest {
  readonly name: string;
  readonly annotations: StringMap;
  readonly labels: StringMap;
  /** The position of a path below its metadata: `shop.yaml:6:5`. */
  position(path: Path): string;
}

/** A MutatingWebhookConfiguration in a manifest. */
export interface WebhooksManifest {
  readonly name: string;
  readonly object: JsonObject;
  /** The position of a path in it: `webhooks.yaml:6:5`. */
  position(path: Path): string;
}

/** What was read from a document. */
export interface Content {
  /** The document as plain JSON. The Pods of the workloads are parts of it. */
  readonly value: unknown;
  readonly diagnostics: readonly Diagnostic[];
  readonly workloads: readonly Workload[];
  readonly unedited: readonly Unedited[];
  readonly namespaces: readonly NamespaceManifest[];
  readonly serviceAccounts: readonly ServiceAccountManifest[];
  readonly webhooks: readonly WebhooksManifest[];
}

/** One document of a file, or an item of a JSON List. Parsed when it is used. */
export class ManifestDocument implements TreeOwner, WorkloadDocument {
  /** The text as read, without leading byte order marks; of an item, only its value. */
  readonly text: string;
  readonly isJson: boolean;
  /** Where an item is in its List; empty for a whole document. */
  readonly path: Path;
  readonly #byteOrderMarks: string;
  readonly #source: DocumentText;
  readonly #file: string;
  readonly #trees: RecentTree<Content>;
  readonly #kinds: Kinds;
  readonly #changes: Change[] = [];
  /** The second half of replacements: changes to the text that `#changes` result in, with paths in that text. */
  readonly #additions: Change[] = [];
  #editor: DocumentEditor | undefined;
  #result: string | ManifestError;

  constructor(file: string, source: DocumentText, trees: RecentTree<Content>, kinds: Kinds) {
    this.#file = file;
    this.#source = source;
    this.#kinds = kinds;
    this.text = source.text.replace(/^\uFEFF+/, '');
    this.isJson = source.duplicates !== undefined;
    this.path = source.path ?? [];
    this.#byteOrderMarks = source.text.slice(0, source.text.length - this.text.length);
    this.#trees = trees;
    this.#result = this.text;
  }

  /**
   * Syntax errors, and malformed Namespaces and ServiceAccounts. With a syntax error it has no workloads, and its text
   * stays unchanged.
   */
  get diagnostics(): readonly Diagnostic[] {
    return this.#content.diagnostics;
  }

  /** The document as plain JSON; undefined if it has a syntax error. */
  get value(): unknown {
    return this.#content.value;
  }

  get workloads(): readonly Workload[] {
    return this.#content.workloads;
  }

  /** Objects with Pod templates that stay unedited, because their kind is unknown or does not accept a proxy. */
  get unedited(): readonly Unedited[] {
    return this.#content.unedited;
  }

  get namespaces(): readonly NamespaceManifest[] {
    return this.#content.namespaces;
  }

  get serviceAccounts(): readonly ServiceAccountManifest[] {
    return this.#content.serviceAccounts;
  }

  get webhooks(): readonly WebhooksManifest[] {
    return this.#content.webhooks;
  }

  /** The position of a path, or of its nearest existing parent: `deploy.yaml:14:9`. */
  position(path: Path): string {
    const tree = this.#trees.of(this);
    const offset = tree.offset?.(path.slice(this.path.length));
    if (offset !== undefined) return this.#positionOf(offset);
    const ref = locate(tree.document.contents, path).at(-1);
    if (ref?.parent === undefined) return this.#positionOf(ref?.node.range[0] ?? 0);
    const { node, parent, index } = ref;
    return this.#positionOf(isMap(parent) ? entryExtent(parent, index).start : node.range[0]);
  }

  /** The diagnostic for a violation in the object at a path. */
  diagnostic(at: Path, { path, expected, given }: Violation<string>): Diagnostic {
    const full = [...at, ...path];
    return new Diagnostic(this.position(full), pathText(full), `expected ${expected}, got ${given}`);
  }

  /** Applies operations to the Pod at a path. Throws a `ManifestError` if that is not possible. */
  edit(change: Change): void {
    const { path } = change;
    try {
      this.#open().change(this.#within(change));
      this.#changes.push(change);
    } catch (error) {
      this.#editor = undefined;
      if (this.#changes.length > 0) this.#open();
      throw this.#error(path, error);
    }
  }

  /** Removes the proxy of the Pod at a path, and adds another to the text without it. Throws like `edit`. */
  replace(path: Path, removal: readonly RemovalOperation[], patch: readonly PatchOperation[]): void {
    this.edit({ path, operations: removal, restores: true });
    this.#additions.push(this.#within({ path, operations: patch }));
  }

  /** Renders pending edits, because the syntax tree is about to be dropped. */
  close(): void {
    const path = this.#changes[0]?.path;
    if (this.#editor === undefined || path === undefined) return;
    try {
      this.#result = editedText(this.#editor.finish(), this.#additions, {
        isJson: this.isJson,
        indent: this.#indent,
      });
    } catch (error) {
      this.#result = this.#error(path, error);
    }
    this.#editor = undefined;
  }

  /** {@link text}, edited. Throws a `ManifestError` if the result is wrong. */
  get editedText(): string {
    this.close();
    if (this.#result instanceof ManifestError) throw this.#result;
    return this.#result;
  }

  /** The edited text with everything around it; without edits, exactly what was read. Throws a `ManifestError`. */
  toString(): string {
    const { lead = '', tail = '' } = this.#source;
    return lead + this.#byteOrderMarks + this.editedText + tail;
  }

  #open(): DocumentEditor {
    const tree = this.#trees.of(this);
    if (this.#editor === undefined) {
      this.#editor = new DocumentEditor(tree, this.#content.value, this.#indent);
      for (const change of this.#changes) this.#editor.change(this.#within(change));
    }
    return this.#editor;
  }

  /** The change with the path within this document, which may be an item of a List. */
  #within(change: Change): Change {
    return { ...change, path: change.path.slice(this.path.length) };
  }

  get #content(): Content {
    return this.#trees.content(this, () => this.#contentOf(this.#valueOrDiagnostics()));
  }

  get #indent(): string {
    return this.#source.indent ?? '';
  }

  #valueOrDiagnostics(): { value?: unknown; diagnostics: Diagnostic[] } {
    if (this.#source.isGlue) return { diagnostics: [] };
    if (this.#source.isTooLarge) {
      return {
        diagnostics: [new Diagnostic(this.#positionOf(0), pathText(this.path), tooMany(MAX_ENTRIES))],
      };
    }
    try {
      const tree = this.#trees.of(this);
      const { duplicates } = this.#source;
      const found = duplicates ? duplicateDiagnostics(tree, duplicates) : syntaxDiagnostics(tree);
      const diagnostics = found.map(
        ({ offset, path, message }) =>
          new Diagnostic(this.#positionOf(offset), pathText([...this.path, ...path]), message),
      );
      return diagnostics.length > 0 ? { diagnostics } : { diagnostics, value: plainValue(tree) };
    } catch (error) {
      const position = `${this.#file}:${this.#source.linesBefore + 1}:1`;
      return { diagnostics: [new Diagnostic(position, '', unreadable(error))] };
    }
  }

  #contentOf({ value, diagnostics }: { value?: unknown; diagnostics: Diagnostic[] }): Content {
    const workloads: Workload[] = [];
    const namespaces: NamespaceManifest[] = [];
    const serviceAccounts: ServiceAccountManifest[] = [];
    const webhooks: WebhooksManifest[] = [];
    const malformed: Diagnostic[] = [];
    const unedited: Unedited[] = [];
    const { itemType } = this.#source;
    const root = itemType && isObject(value) ? { ...itemType, ...value } : value;
    for (const found of this.#kinds.find(root, this.path)) {
      const { isWorkload, pods, kind, name, namespace, path } = found;
      if (isWorkload) {
        workloads.push(...pods.map((pod) => new Workload(found, this.#podAt(value, pod), pod, this)));
        const left = uneditedOf(found);
        if (left) unedited.push(left);
        continue;
      }
      if (kind === 'MutatingWebhookConfiguration') {
        const position = (inner: Path) => this.position([...path, ...inner]);
        webhooks.push({ name, object: found.object, position });
        continue;
      }
      const object = withoutNullStrings(found.object);
      const violation = kind === 'Namespace' ? checkMetadata(object) : checkServiceAccount(object);
      if (violation) malformed.push(this.diagnostic(path, violation));
      if (kind === 'Namespace') {
        const { annotations, labels } = asObject(object.metadata);
        const position = (inner: Path) => this.position([...path, 'metadata', ...inner]);
        namespaces.push({ name, annotations: stringsOf(annotations), labels: stringsOf(labels), position });
      } else if (!violation) {
        serviceAccounts.push({ name, namespace, imagePullSecrets: pullSecretsOf(object) });
      }
    }
    const all = [...diagnostics, ...malformed];
    return { value, diagnostics: all, workloads, unedited, namespaces, serviceAccounts, webhooks };
  }

  #podAt(value: unknown, path: Path): unknown {
    return withoutNullStrings(valueAt(value, path.slice(this.path.length)));
  }

  #error(path: Path, error: unknown): ManifestError {
    return new ManifestError(new Diagnostic(this.position(path), pathText(path), (error as Error).message));
  }

  #positionOf(offset: number): string {
    const { line, col } = this.#trees.of(this).lines.linePos(offset);
    const { linesBefore, columnsBefore = 0 } = this.#source;
    const column = line <= 1 ? columnsBefore + Math.max(col, 1) : col;
    return `${this.#file}:${linesBefore + Math.max(line, 1)}:${column}`;
  }
}

/** Why a tree without syntax errors cannot be converted to plain JSON. */
function unreadable(error: unknown): string {
  if (error instanceof RangeError) return TOO_DEEP;
  if (error instanceof ReferenceError) return 'expected fewer aliases, got too many to expand';
  return `expected YAML or JSON: ${(error as Error).message}`;
}
