import { type Content, ManifestDocument, type NamespaceManifest, type WebhooksManifest } from './document.js';
import { Kinds } from './kinds.js';
import type { ServiceAccountManifest } from './service-account.js';
import { splitDocuments } from './split.js';
import type { Diagnostic } from './tree/diagnostic.js';
import { RecentTree } from './tree/recent-tree.js';
import type { Workload } from './workload.js';

/** An input file (or stdin) as a sequence of documents. What is not edited stays unchanged, byte for byte. */
export class ManifestFile {
  constructor(
    /** The name in diagnostics: a path, or `<stdin>`. */
    readonly name: string,
    readonly documents: readonly ManifestDocument[],
  ) {}

  /** The diagnostics of all documents. A document with a syntax error is passed through unchanged. */
  get diagnostics(): readonly Diagnostic[] {
    return this.documents.flatMap(({ diagnostics }) => diagnostics);
  }

  /** Every workload in order, including those in a List. Iterating over `documents` is faster: each is parsed once. */
  get workloads(): readonly Workload[] {
    return this.documents.flatMap(({ workloads }) => workloads);
  }

  get namespaces(): readonly NamespaceManifest[] {
    const candidates = this.documents.filter(({ text }) => text.includes('Namespace'));
    return candidates.flatMap(({ namespaces }) => namespaces);
  }

  get serviceAccounts(): readonly ServiceAccountManifest[] {
    const candidates = this.documents.filter(({ text }) => text.includes('ServiceAccount'));
    return candidates.flatMap(({ serviceAccounts }) => serviceAccounts);
  }

  get webhooks(): readonly WebhooksManifest[] {
    const candidates = this.documents.filter(({ text }) => text.includes('MutatingWebhookConfiguration'));
    return candidates.flatMap(({ webhooks }) => webhooks);
  }

  /**
   * The edited text; without edits, exactly the text that was read. Throws a `ManifestError` if an edited document does
   * not have the expected content: better no manifest than a wrong one.
   */
  toString(): string {
    return this.documents.map(String).join('');
  }
}

/** Reads a stream of YAML or JSON documents. Never throws: errors in the content are in `diagnostics`. */
export function readManifests(name: string, text: string, kinds = new Kinds()): ManifestFile {
  const trees = new RecentTree<Content>();
  return new ManifestFile(
    name,
    splitDocuments(text).map((source) => new ManifestDocument(name, source, trees, kinds)),
  );
}
