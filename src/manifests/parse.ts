import { type Document, LineCounter, type ParsedNode, parseDocument, type Tags } from 'yaml';

/** The syntax tree of a document, and where its lines start. */
export interface Parsed {
  readonly document: Document.Parsed<ParsedNode>;
  readonly lines: LineCounter;
}

/**
 * Parses one document as kubectl reads it: YAML 1.1 (`yes` is true, `0644` is 420, `<<` merges), but without the types that JSON does
 * not have, such as timestamps. Never throws; `document.errors` says what is wrong.
 */
export function parse(text: string): Parsed {
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

/** A node, or all of a document, as plain JSON. Throws where aliases multiply beyond all measure. */
export function plain(document: Document.Parsed<ParsedNode>, node?: ParsedNode): unknown {
  const options = { maxAliasCount: 1000 };
  return node === undefined ? document.toJS(options) : node.toJS(document, options);
}

const NOT_JSON = ['binary', 'omap', 'pairs', 'set', 'timestamp'];

function jsonTags(tags: Tags): Tags {
  return tags.filter(
    (tag) =>
      typeof tag === 'string' ||
      !(NOT_JSON.some((name) => tag.tag.endsWith(`:${name}`)) || tag.format === 'TIME'),
  );
}
