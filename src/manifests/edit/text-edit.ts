/** Replaces the text between two offsets. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The depth of the edited collection. Of two insertions at the same offset, the deeper one comes first. */
  readonly depth: number;
}

/** Applies edits to a text. Their ranges must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const inOrder = [...edits, ...lastLineEnd(text, edits)].toSorted(
    (a, b) => a.start - b.start || a.end - b.end || b.depth - a.depth,
  );
  const parts: string[] = [];
  let offset = 0;
  for (const { start, end, text: replacement } of inOrder) {
    if (start < offset) throw new Error(`edits overlap at ${start}`);
    parts.push(text.slice(offset, start), replacement);
    offset = end;
  }
  return parts.join('') + text.slice(offset);
}

/** If the text has no final line end and its last lines are removed, also removes the line end before them. */
function lastLineEnd(text: string, edits: readonly TextEdit[]): TextEdit[] {
  let start = text.length;
  for (const edit of edits.toSorted((a, b) => b.start - a.start)) {
    if (edit.end === start && edit.text === '') start = edit.start;
  }
  const end = /\r?\n$/.exec(text.slice(Math.max(start - 2, 0), start));
  if (text.endsWith('\n') || start === text.length || end === null) return [];
  return [{ start: start - end[0].length, end: start, text: '', depth: 0 }];
}
