import { diffLines, formatPatch, type StructuredPatchHunk } from 'diff';
import type { Paint } from '../io.js';

/** One document of a file, before and after. */
export interface DocumentDiff {
  readonly before: string;
  readonly after: string;
}

/** The lines of context around a change, by which `patch` and `git apply` locate it. */
const CONTEXT = 3;

/**
 * Returns the changes of a file as a unified diff for `patch` and `git apply`; empty if nothing changed. Compares
 * document by document: edits never cross documents, and the time grows linearly with their number.
 */
export function unifiedDiff(name: string, changes: readonly DocumentDiff[]): string {
  const hunks = hunksOf(wholeLines(changes).flatMap(comparedLines));
  if (hunks.length === 0) return '';
  const patch = { oldFileName: name, newFileName: name, oldHeader: undefined, newHeader: undefined, hunks };
  return formatPatch(patch, { includeIndex: false, includeUnderline: false, includeFileHeaders: true });
}

/** Paints a diff in git's colors. */
export function paintDiff(diff: string, paint: Paint): string {
  return diff.replace(/^.*$/gm, (line) => {
    if (/^(?:---|\+\+\+) /.test(line)) return paint('bold', line);
    if (line.startsWith('@@')) return paint('cyan', line);
    if (line.startsWith('+')) return paint('green', line);
    return line.startsWith('-') ? paint('red', line) : line;
  });
}

/** Merges documents that share a line, as JSON objects may. */
function wholeLines(changes: readonly DocumentDiff[]): DocumentDiff[] {
  const whole: DocumentDiff[] = [];
  for (const { before, after } of changes) {
    const last = whole.at(-1);
    if (last === undefined || last.before.endsWith('\n')) whole.push({ before, after });
    else whole[whole.length - 1] = { before: last.before + before, after: last.after + after };
  }
  return whole;
}

/** The lines of a document, with their line ends, each prefixed with its mark in a diff. */
function comparedLines({ before, after }: DocumentDiff): string[] {
  if (before === after) return (before.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => ` ${line}`);
  return diffLines(before, after, { oneChangePerToken: true }).map(
    ({ value, added, removed }) => (added ? '+' : removed ? '-' : ' ') + value,
  );
}

/** Reduces the marked lines of a file to hunks: the changed lines and their context. */
function hunksOf(marked: readonly string[]): StructuredPatchHunk[] {
  let [oldStart, newStart, done] = [1, 1, 0];
  return rangesOf(marked).map(({ start, end }) => {
    const skipped = start - done;
    const lines = marked.slice(start, end);
    const without = (mark: string) => lines.filter((line) => line[0] !== mark).length;
    const hunk = {
      oldStart: oldStart + skipped,
      oldLines: without('+'),
      newStart: newStart + skipped,
      newLines: without('-'),
      lines: lines.flatMap(ended),
    };
    oldStart = hunk.oldStart + hunk.oldLines;
    newStart = hunk.newStart + hunk.newLines;
    done = end;
    return hunk;
  });
}

/** The ranges of the changed lines and their context. Ranges that touch are merged. */
function rangesOf(marked: readonly string[]): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  for (const [index, line] of marked.entries()) {
    if (line[0] === ' ') continue;
    const [start, end] = [Math.max(index - CONTEXT, 0), Math.min(index + 1 + CONTEXT, marked.length)];
    const last = ranges.at(-1);
    if (last !== undefined && start <= last.end) last.end = end;
    else ranges.push({ start, end });
  }
  return ranges;
}

function ended(line: string): string[] {
  return line.endsWith('\n') ? [line.slice(0, -1)] : [line, '\\ No newline at end of file'];
}
