import type { ManifestDocument } from '../../manifests/document.js';
import { type ManifestFile, readManifests } from '../../manifests/manifest-file.js';
import type { Io } from '../io.js';
import type { InputOptions } from './input-options.js';
import { type Input, readInputs } from './read-inputs.js';

/** A file of manifests with the input that it was read from. */
export interface OpenFile {
  readonly input: Input;
  readonly manifests: ManifestFile;
}

/** All files of a command that could be read, and what is wrong with the others, a text each. */
export interface OpenFiles {
  readonly files: readonly OpenFile[];
  readonly errors: readonly string[];
}

/** Reads manifests; what is wrong inside of one is known when its documents are looked at. */
export async function openManifests(
  io: Io,
  names: readonly string[],
  options: InputOptions,
): Promise<OpenFiles> {
  const { inputs, errors } = await readInputs(names, options, io.stdin);
  const files = inputs.map((input) => ({ input, manifests: readManifests(input.name, input.text) }));
  return { files, errors };
}

/** All documents of all files, to be gone through one after the other, so that none has to be parsed twice. */
export function documentsOf({ files }: OpenFiles): ManifestDocument[] {
  return files.flatMap(({ manifests }) => manifests.documents);
}
