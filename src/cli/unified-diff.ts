import { formatPatch, structuredPatch } from 'diff';
import type { Paint } from './io.js';

/** One document of a file, before and after. */
export interface Change {
  readonly before: string;
  readonly after: string;
}

/**
 * What changed in a file, as a unified diff that `patch` takes; empty if nothing did. It compares document by document: edits
 * never cross them, and the time grows with the number of documents and not with its square.
 */
export function unifiedDiff(name: string, changes: readonly Change[]): string {
  const hunks = [];
  let before = 0;
  let after = 0;
  for (const change of wholeLines(changes)) {
    if (change.before !== change.after) {
      const patch = structuredPatch(name, name, change.before, change.after, undefined, undefined, {
        context: 3,
      });
      hunks.push(
        ...patch.hunks.map((hunk) => ({
          ...hunk,
          oldStart: hunk.oldStart + before,
          newStart: hunk.newStart + after,
        })),
      );
    }
    before += linesIn(change.before);
    after += linesIn(change.after);
  }
  if (hunks.length === 0) return '';
  const patch = { oldFileName: name, newFileName: name, oldHeader: undefined, newHeader: undefined, hunks };
  return formatPatch(patch, { includeIndex: false, includeUnderline: false, includeFileHeaders: true });
}

/** The diff in the colours of git. */
export function painted(diff: string, paint: Paint): string {
  return diff.replace(/^.*$/gm, (line) => {
    if (/^(?:---|\+\+\+) /.test(line)) return paint('bold', line);
    if (line.startsWith('@@')) return paint('cyan', line);
    if (line.startsWith('+')) return paint('green', line);
    return line.startsWith('-') ? paint('red', line) : line;
  });
}

/** Documents that share a line, as objects of JSON may, count as one. */
function wholeLines(changes: readonly Change[]): Change[] {
  const whole: Change[] = [];
  for (const { before, after } of changes) {
    const last = whole.at(-1);
    if (last === undefined || last.before.endsWith('\n')) whole.push({ before, after });
    else whole[whole.length - 1] = { before: last.before + before, after: last.after + after };
  }
  return whole;
}

function linesIn(text: string): number {
  return text.split('\n').length - 1;
}
