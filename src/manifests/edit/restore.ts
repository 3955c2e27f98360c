import { isDeepStrictEqual } from 'node:util';
import { isCollection, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import { valueAt } from '../../core/values/json.js';
import { entryExtent, tokensBefore, valueEnd } from '../tree/extent.js';
import { isMerge } from '../tree/map-keys.js';
import { type Collection, child, keyText, type NodeRef } from '../tree/node-ref.js';
import { parse, plain, type SyntaxTree } from '../tree/parse.js';
import { uncommented } from './block-edits.js';
import { Layout } from './layout.js';
import { applyEdits, type TextEdit } from './text-edit.js';

/** `# *base` or `# <<`, before any earlier comment. */
const MARK = /^# ?(\*[^\s,[\]{}]+|<<)\s*(?:#|$)/;

/**
 * Restores the aliases and merges that an injection expanded: the alias in `template: # *base`, and the merged member
 * in `spec: # <<`. Restores only what equals its origin again, so the content of the text does not change.
 */
export function collapseExpansions(text: string): string {
  if (!/# ?(?:\*|<<)/.test(text)) return text;
  const tree = parse(text);
  const layout = new Layout(text);
  const edits: TextEdit[] = [];
  const anchors = new Map<string, ParsedNode>();
  const visit = (ref: NodeRef): void => {
    const { node } = ref;
    const isBlock = isCollection(node) ? !node.flow : isScalar(node) && !ref.parent?.flow;
    const edit = isBlock && ref.parent && restoration(ref, anchors, tree, layout);
    if (edit) {
      edits.push(...edit);
      return;
    }
    if ('anchor' in node && node.anchor !== undefined) anchors.set(node.anchor, node);
    const keys = isMap(node)
      ? node.items.map(({ key }) => keyText(key))
      : isSeq(node)
        ? node.items.keys()
        : [];
    for (const key of keys) {
      const inner = child(ref, key);
      if (inner) visit(inner);
    }
  };
  if (tree.document.contents) visit({ node: tree.document.contents, parent: undefined, index: 0, depth: 0 });
  const result = applyEdits(text, edits);
  return isDeepStrictEqual(plain(parse(result).document), plain(tree.document)) ? result : text;
}

/** The edits that restore one value; undefined if the injection did not expand it, or if it changed since. */
function restoration(
  ref: NodeRef,
  anchors: ReadonlyMap<string, ParsedNode>,
  { document }: SyntaxTree,
  layout: Layout,
): TextEdit[] | undefined {
  const { node, parent, index, depth } = ref as NodeRef & { parent: Collection };
  const comment = isScalar(node) ? commentAfter(node, layout) : commentBefore(ref);
  const [, name] = MARK.exec(comment?.source ?? '') ?? [];
  if (comment === undefined || name === undefined) return undefined;
  const isMerge = name === '<<';
  const anchored = anchors.get(name.slice(1));
  const origin = isMerge ? mergedValue(parent, index, document) : anchored && plain(document, anchored);
  if (!isDeepStrictEqual(plain(document, node), origin)) return undefined;
  if (!isMerge && isScalar(node)) {
    return [{ start: node.range[0], end: comment.offset + comment.source.indexOf('*'), text: '', depth }];
  }
  const first = isMerge ? entryExtent(parent, index) : entryExtent(node as Collection, 0);
  const start = layout.lineStart(first.start);
  const lines = { start, end: layout.lineEnd(start, valueEnd(node)), text: '', depth };
  return isMerge ? [lines] : [uncommented(comment.offset, layout), lines];
}

/** A comment that starts at an offset. */
interface Comment {
  readonly offset: number;
  readonly source: string;
}

function commentBefore(ref: NodeRef): Comment | undefined {
  return tokensBefore(ref).find(({ type }) => type === 'comment');
}

/** The comment on the line of a scalar. */
function commentAfter({ range }: ParsedNode, layout: Layout): Comment | undefined {
  const [, space = '', source] =
    /^([ \t]+)(#.*)/.exec(layout.text.slice(range[1], layout.nextLine(range[1]))) ?? [];
  return source === undefined ? undefined : { offset: range[1] + space.length, source };
}

/** The value that `<<` would give a map for one of its keys. */
function mergedValue(map: Collection, index: number, document: SyntaxTree['document']): unknown {
  if (!isMap<ParsedNode, ParsedNode>(map)) return undefined;
  const merge = map.items.find(({ key }) => isMerge(key));
  const sources = merge?.value ? [plain(document, merge.value)].flat() : [];
  const key = keyText(map.items[index]?.key);
  return sources.map((source) => valueAt(source, [key])).find((value) => value !== undefined);
}
