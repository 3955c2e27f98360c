import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';
import { trackedFiles } from '../../tools/tracked-files.js';

/** Columns that a line of prose may take. */
const WIDTH = 120;

/** Test data and generated files. */
const EXEMPT = /(^|\/)(cases|fixtures|golden|rulesets)\/|^helm\/proxy-injector\/README\.md$/;

/** A line of a file, counted from 1. */
type Line = readonly [number: number, text: string];

/** The lines of a file that are prose: all of Markdown but tables and code, of other files the comments. */
const PROSE: { readonly [extension: string]: (lines: readonly Line[]) => Line[] } = {
  '.md': markdown,
  '.ts': (lines) => [...blockComments(lines, /^\s*(?:export )?\/\*/, '*/'), ...lineComments(lines, '//')],
  '.js': (lines) => [...blockComments(lines, /^\s*\/\*/, '*/'), ...lineComments(lines, '//')],
  '.go': (lines) => [...blockComments(lines, /^\s*\/\*/, '*/'), ...lineComments(lines, '//')],
  '.sh': (lines) => lineComments(lines, '#'),
  '.yaml': (lines) => [...templateComments(lines), ...lineComments(lines, '#')],
  '.yml': (lines) => lineComments(lines, '#'),
  '.tpl': (lines) => [...templateComments(lines), ...lineComments(lines, '#')],
  Dockerfile: (lines) => lineComments(lines, '#'),
};

describe(`prose and comments take at most ${WIDTH} columns`, () => {
  const files = trackedFiles().filter((path) => proseOf(path) !== undefined && !EXEMPT.test(path));
  for (const path of files) {
    it(path, () => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      assert.deepEqual(tooWide(path, text), []);
    });
  }
});

describe('the check of the width', () => {
  const word = 'word ';
  const long = word.repeat(24); // 120 columns with the space at its end
  const url = `https://example.com/${'x'.repeat(130)}`;
  const rows: readonly [path: string, text: string, lines: number[]][] = [
    ['a.md', `${long}\n${long}x\n`, [2]],
    ['a.md', `| ${long} |\n\`\`\`sh\n${long}x\n\`\`\`\n${long}x\n`, [5]],
    ['a.md', `1. a\n\n   \`\`\`\`sh\n   ${long}x\n   \`\`\`\n   ${long}x\n   \`\`\`\`\n`, []],
    ['a.md', `- ${word.repeat(20)}[a link](${url})\n- ${long}[a link](${url})\n`, [2]],
    ['a.md', `# ${'x'.repeat(130)}\n`, []],
    ['a.ts', `// ${long}\nconst text = '${long}';\nconst url = 'http://x'; // ${long}\n`, [1, 3]],
    ['a.ts', `/**\n * ${long}\n */\n/* ${long} */\n`, [2, 4]],
    ['a.ts', `const text = '// ${long}';\n`, []],
    ['a.sh', `# ${long}\necho "${long}" # short\necho "# ${long}"\necho "\${a#b}" ${long}\n`, [1, 2]],
    ['a.yaml', `key: "${long}"\n  # ${long}\n{{- /*\n${long}x\n*/}}\n`, [2, 4]],
    ['a.json', `"${long}"\n`, []],
    ['docker/Dockerfile', `# ${long}\n`, [1]],
  ];
  for (const [path, text, lines] of rows) {
    it(`finds ${lines.length} lines in ${path}: ${text.replace(/(word ){3,}/g, '... ').slice(0, 60)}`, () => {
      assert.deepEqual(
        tooWide(path, text),
        lines.map((line) => `${path}:${line}`),
      );
    });
  }
});

/** Where lines of prose are too wide, as `file:line`. */
function tooWide(path: string, text: string): string[] {
  const lines = text.split('\n').map((line, index): Line => [index + 1, line.trimEnd()]);
  const wide = proseOf(path)?.(lines).filter(([, line]) => canBeWrapped(line)) ?? [];
  return [...new Set(wide.map(([number]) => number))]
    .sort((a, b) => a - b)
    .map((number) => `${path}:${number}`);
}

function proseOf(path: string): ((lines: readonly Line[]) => Line[]) | undefined {
  return PROSE[path.endsWith('Dockerfile') ? 'Dockerfile' : extname(path)];
}

/** Whether a line is too wide even without its URLs, and words that no line can hold. */
function canBeWrapped(line: string): boolean {
  if (columns(line) <= WIDTH) return false;
  const indent = columns(/^[\s/*#>-]*/.exec(line)?.[0] ?? '');
  const words = line
    .split(' ')
    .filter((word) => !/https?:\/\//.test(word) && columns(word) <= WIDTH - indent);
  return columns(words.join(' ')) > WIDTH;
}

function columns(text: string): number {
  return [...text].length;
}

function markdown(lines: readonly Line[]): Line[] {
  let fence = '';
  return lines.filter(([, line]) => {
    const [, mark = ''] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence !== '') {
      if (mark.startsWith(fence)) fence = '';
      return false;
    }
    fence = mark;
    return mark === '' && !/^\s*\|/.test(line);
  });
}

/** Lines that a comment ends: one that begins them, or stands after code and outside of its quotes. */
function lineComments(lines: readonly Line[], mark: string): Line[] {
  const quoted = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g;
  return lines.filter(([, line]) => {
    const code = line.trimStart().startsWith(mark) ? line : line.replace(quoted, '');
    return code.trimStart().startsWith(mark) || code.includes(` ${mark} `);
  });
}

function templateComments(lines: readonly Line[]): Line[] {
  return blockComments(lines, /\{\{-?\s*\/\*/, '*/');
}

function blockComments(lines: readonly Line[], start: RegExp, end: string): Line[] {
  let isInside = false;
  return lines.filter(([, line]) => {
    const isComment = isInside || start.test(line);
    if (isComment) isInside = !line.includes(end);
    return isComment;
  });
}
