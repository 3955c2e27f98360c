import { isObject } from '../core/json.js';
import type { AddOperation } from '../core/patch.js';
import type { StringMap } from '../core/pod.js';
import type { RemovalOperation } from '../core/uninject.js';
import type { FieldPath } from './field-path.js';
import { findObjects } from './kinds.js';
import { type Parsed, parse } from './parse.js';
import { ManifestProblem } from './problem.js';
import type { DocumentText } from './split.js';
import { Workload } from './workload.js';

/** A Namespace in a manifest. */
export interface NamespaceManifest {
  readonly name: string;
  readonly annotations: StringMap;
}

/** One document of a file. What is found in it is plain JSON; the syntax tree is made again when it is needed. */
export class ManifestDocument {
  readonly problems: readonly ManifestProblem[];
  readonly workloads: readonly Workload[];
  readonly namespaces: readonly NamespaceManifest[];
  readonly #file: string;
  readonly #source: DocumentText;

  constructor(file: string, source: DocumentText) {
    this.#file = file;
    this.#source = source;
    const parsed = parse(source.text);
    this.problems = this.#problemsOf(parsed);
    const objects = this.problems.length > 0 ? [] : findObjects(parsed.document.toJS());
    this.workloads = objects.flatMap((found) =>
      found.podPath
        ? [new Workload(found, valueAt(parsed.document.toJS(), found.podPath), found.podPath, this)]
        : [],
    );
    this.namespaces = objects
      .filter(({ podPath }) => podPath === undefined)
      .map(({ name, object }) => ({ name, annotations: annotationsOf(object.metadata) }));
  }

  /** Where a path is, or the nearest above it that is there: `deploy.yaml:14:9`. */
  position(_path: FieldPath): string {
    return `${this.#file}:${this.#source.linesBefore + 1}:1`;
  }

  /** Changes the text so that it says what the operations make of the Pod at that path. */
  edit(_path: FieldPath, _operations: readonly (AddOperation | RemovalOperation)[]): void {
    throw new Error('not there yet');
  }

  /** The text with the edits; the very text that was read where there are none. */
  toString(): string {
    return this.#source.text;
  }

  #problemsOf({ document, lines }: Parsed): ManifestProblem[] {
    return document.errors.map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0]);
      return new ManifestProblem(`${this.#file}:${this.#source.linesBefore + line}:${col}`, '', message);
    });
  }
}

function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      (isObject(inner) || Array.isArray(inner)) && Object.hasOwn(inner, part)
        ? (inner as { [part: string | number]: unknown })[part]
        : undefined,
    value,
  );
}

function annotationsOf(metadata: unknown): StringMap {
  const annotations = isObject(metadata) && isObject(metadata.annotations) ? metadata.annotations : {};
  return Object.fromEntries(
    Object.entries(annotations).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
