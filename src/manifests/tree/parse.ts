import {
  type CollectionTag,
  Composer,
  type CST,
  Document,
  isScalar,
  LineCounter,
  type ParsedNode,
  Parser,
  type ScalarTag,
  type Tags,
} from 'yaml';
import type { Path } from '../../core/values/path.js';
import { JsonIndex } from '../json/entries.js';
import { jsonTree } from '../json/json-tree.js';
import { KubectlLexer } from './lexer.js';
import { MAX_DEPTH, MAX_ENTRIES, TOO_DEEP, tooMany } from './limits.js';

/** The syntax tree of a document, and the offsets of its lines. */
export interface SyntaxTree {
  readonly text: string;
  readonly isJson: boolean;
  readonly document: Document.Parsed<ParsedNode>;
  readonly lines: LineCounter;
  /** Where the value at a path starts, with its key; undefined if only the tree knows. */
  readonly offset?: (path: Path) => number;
  /** Why the document was not parsed to its end; then the tree is empty. */
  readonly excess: { readonly offset: number; readonly message: string } | undefined;
}

/**
 * Parses one document as kubectl does: YAML 1.1 (`yes` is true, `0644` is 420, `<<` merges), without types that JSON
 * lacks, such as timestamps, and with a newline at its end. Never throws; errors are in `document.errors`, except
 * duplicate keys, for which yaml compares each key with all others of its map. `isJson`: the text is one value that
 * `scanJson` has checked.
 */
export function parse(text: string, { isJson = false, maxEntries = MAX_ENTRIES } = {}): SyntaxTree {
  if (isJson) return new JsonSyntaxTree(text);
  const lines = new LineCounter();
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer({
    version: '1.1',
    schema: 'yaml-1.1',
    customTags: jsonTags,
    keepSourceTokens: true,
    uniqueKeys: false,
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  });
  lines.addNewLine(0);
  try {
    const source = text.endsWith('\n') ? text : `${text}\n`;
    const [document] = composer.compose(bounded(parser, source, maxEntries), true, text.length);
    return { text, isJson, document: document as Document.Parsed<ParsedNode>, lines, excess: undefined };
  } catch (error) {
    if (!(error instanceof Excess)) throw error;
    const document = new Document() as Document.Parsed<ParsedNode>;
    return { text, isJson, document, lines, excess: { offset: parser.offset, message: error.message } };
  }
}

/** Its nodes are built only when they are needed, which is when the text is edited. */
class JsonSyntaxTree implements SyntaxTree {
  readonly isJson = true;
  readonly excess = undefined;
  readonly #index: JsonIndex;
  #document: SyntaxTree['document'] | undefined;
  #lines: LineCounter | undefined;

  constructor(readonly text: string) {
    this.#index = new JsonIndex(text);
  }

  offset(path: Path): number {
    return this.#index.offset(path);
  }

  get document(): SyntaxTree['document'] {
    this.#document ??= jsonTree(this.text);
    return this.#document;
  }

  get lines(): LineCounter {
    if (this.#lines !== undefined) return this.#lines;
    this.#lines = new LineCounter();
    for (let start = 0; start >= 0; start = this.text.indexOf('\n', start) + 1 || -1)
      this.#lines.addNewLine(start);
    return this.#lines;
  }
}

class Excess extends Error {}

/** Throws an {@link Excess} before the tree outgrows the stack or the memory. */
function* bounded(parser: Parser, source: string, maxEntries: number): Generator<CST.Token> {
  let entries = 0;
  for (const lexeme of new KubectlLexer().lex(source)) {
    yield* parser.next(lexeme);
    if (lexeme === ':' || lexeme === '-' || lexeme === ',') entries += 1;
    if (entries > maxEntries) throw new Excess(tooMany(maxEntries));
    if (parser.stack.length > MAX_DEPTH) throw new Excess(TOO_DEEP);
  }
  yield* parser.end();
}

/** The document as plain JSON. Throws a `ReferenceError` if aliases expand too much. */
export function plainValue(tree: SyntaxTree): unknown {
  return tree.isJson ? JSON.parse(tree.text) : plain(tree.document);
}

/** Converts a node, or the whole document, to plain JSON. Throws a `ReferenceError` if aliases expand too much. */
export function plain(document: Document.Parsed<ParsedNode>, node?: ParsedNode): unknown {
  const options = { maxAliasCount: 1000 };
  return node === undefined ? document.toJS(options) : node.toJS(document, options);
}

const NOT_JSON = ['binary', 'omap', 'pairs', 'set', 'timestamp'];

/** The YAML 1.1 types that Kubernetes supports: those of JSON, and `0o17` from YAML 1.2. */
function jsonTags(tags: Tags): Tags {
  const known = tags.filter((tag): tag is ScalarTag | CollectionTag => typeof tag !== 'string');
  const json = known.filter(
    ({ tag, format }: { tag: string; format?: string }) =>
      !NOT_JSON.some((name) => tag.endsWith(`:${name}`)) && format !== 'TIME',
  );
  return [...json.map((tag) => (tag.tag.endsWith(':float') ? finite(tag as ScalarTag) : tag)), 'intOct'];
}

/** Keeps strings that only look like numbers: `.`, and commit hashes such as `e1234567` and `12e34567`. */
function finite(tag: ScalarTag): ScalarTag {
  return {
    ...tag,
    resolve: (text, ...rest) => {
      const resolved = tag.resolve(text, ...rest);
      return Number.isFinite(isScalar(resolved) ? resolved.value : resolved) ? resolved : text;
    },
  };
}
