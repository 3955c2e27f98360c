import type { ManifestDocument } from '../../manifests/document.js';
import { labelOf } from '../input/candidate.js';
import type { Io } from '../io.js';
import { writeWarning } from '../output/report.js';

/** Warns about the objects of a document with Pod templates that the command leaves out. */
export function writeUnedited({ stderr }: Pick<Io, 'stderr'>, document: ManifestDocument): void {
  for (const each of document.unedited) {
    const { path, outcome, message } = each;
    writeWarning(stderr, `${document.position(path)}: ${labelOf(each)}: ${outcome}: ${message}`);
  }
}
