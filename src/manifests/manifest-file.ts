import { ManifestDocument, type NamespaceManifest } from './document.js';
import { splitDocuments } from './split.js';
import type { Diagnostic } from './tree/diagnostic.js';
import { RecentTree } from './tree/recent-tree.js';
import type { Workload } from './workload.js';

/** One input file (or stdin) as a sequence of documents; what is not applyEdits stays as it is, byte for byte. */
export class ManifestFile {
  constructor(
    /** As errors show it: a path, or `<stdin>`. */
    readonly name: string,
    readonly documents: readonly ManifestDocument[],
  ) {}

  /** Documents that cannot be read; they are passed through, and the others are not affected. */
  get diagnostics(): readonly Diagnostic[] {
    return this.documents.flatMap(({ diagnostics }) => diagnostics);
  }

  /** Every workload in order, those inside a List included. Going through `documents` instead, one after the other, saves time. */
  get workloads(): readonly Workload[] {
    return this.documents.flatMap(({ workloads }) => workloads);
  }

  get namespaces(): readonly NamespaceManifest[] {
    const candidates = this.documents.filter(({ text }) => text.includes('Namespace'));
    return candidates.flatMap(({ namespaces }) => namespaces);
  }

  /**
   * The text with the edits; the very text that was read where there are none. Throws a ManifestError if an applyEdits document does not
   * say what it should: better none than a wrong manifest.
   */
  toString(): string {
    return this.documents.map(String).join('');
  }
}

/** Reads a stream of YAML or JSON documents. Never throws: what is wrong with the content is in `problems`. */
export function readManifests(name: string, text: string): ManifestFile {
  const trees = new RecentTree();
  return new ManifestFile(
    name,
    splitDocuments(text).map((source) => new ManifestDocument(name, source, trees)),
  );
}
