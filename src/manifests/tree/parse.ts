import {
  type CollectionTag,
  type Document,
  isScalar,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type ScalarTag,
  type Tags,
} from 'yaml';

/** The syntax tree of a document, and the offsets of its lines. */
export interface SyntaxTree {
  readonly document: Document.Parsed<ParsedNode>;
  readonly lines: LineCounter;
}

/**
 * Parses one document as kubectl does: YAML 1.1 (`yes` is true, `0644` is 420, `<<` merges), without types that JSON
 * lacks, such as timestamps. Never throws; errors are in `document.errors`.
 */
export function parse(text: string): SyntaxTree {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    schema: 'yaml-1.1',
    customTags: jsonTags,
    keepSourceTokens: true,
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  });
  return { document: document as Document.Parsed<ParsedNode>, lines };
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
