import type { WorkloadKind } from '../../core/values/workload-kind.js';
import type { ManifestDocument } from '../../manifests/document.js';
import { Kinds } from '../../manifests/kinds.js';
import { type ManifestFile, readManifests } from '../../manifests/manifest-file.js';
import type { Io } from '../io.js';
import type { InputOptions } from './input-options.js';
import { type Input, readInputs } from './read-inputs.js';

/** A parsed input. */
export interface OpenFile {
  readonly input: Input;
  readonly manifests: ManifestFile;
}

/** The files of a command that could be read, and an error message for each of the others. */
export interface OpenFiles {
  readonly files: readonly OpenFile[];
  readonly errors: readonly string[];
}

/** Opens manifests. Diagnostics of their content are reported by their documents. `configured` adds known kinds. */
export async function openManifests(
  io: Io,
  names: readonly string[],
  options: InputOptions,
  configured: readonly WorkloadKind[],
): Promise<OpenFiles> {
  const kinds = new Kinds(configured);
  const { inputs, errors } = await readInputs(names, options, io.stdin);
  const files = inputs.map((input) => ({ input, manifests: readManifests(input.name, input.text, kinds) }));
  return { files, errors };
}

/** All documents of all files. Finish each before the next: only one syntax tree is kept. */
export function documentsOf({ files }: OpenFiles): ManifestDocument[] {
  return files.flatMap(({ manifests }) => manifests.documents);
}
