import { parse, plainValue } from '../tree/parse.js';
import type { Change } from './collection-changes.js';
import { DocumentEditor } from './document-editor.js';

/** Applies changes to the text of a document. Throws if that is not possible. `indent` as for `DocumentEditor`. */
export function editedText(
  text: string,
  changes: readonly Change[],
  { isJson, indent }: { readonly isJson: boolean; readonly indent: string },
): string {
  if (changes.length === 0) return text;
  const tree = parse(text, { isJson });
  const editor = new DocumentEditor(tree, plainValue(tree), indent);
  for (const change of changes) editor.change(change);
  return editor.finish();
}
