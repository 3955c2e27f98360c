import type { Operation } from '../../core/patch/move.js';
import type { Path } from '../../core/values/path.js';
import { parse, plainValue } from '../tree/parse.js';
import { DocumentEditor } from './document-editor.js';

/** Operations on the Pod at a path of a document. */
export interface Change {
  readonly path: Path;
  readonly operations: readonly Operation[];
}

/** Applies changes to the text of a document. Throws if that is not possible. `indent` as for `DocumentEditor`. */
export function editedText(
  text: string,
  changes: readonly Change[],
  { isJson, indent }: { readonly isJson: boolean; readonly indent: string },
): string {
  if (changes.length === 0) return text;
  const tree = parse(text, { isJson });
  const editor = new DocumentEditor(tree, plainValue(tree), indent);
  for (const { path, operations } of changes) editor.change(path, operations);
  return editor.finish();
}
