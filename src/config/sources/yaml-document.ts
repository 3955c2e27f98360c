import { Composer, Document, isScalar, LineCounter, type Pair, Parser, type Scalar, visit } from 'yaml';

/** What is wrong with a text, and where it starts. */
export interface YamlProblem {
  readonly offset: number | undefined;
  readonly detail: string;
}

/** A document, and where its lines start. It is only safe to use without problems. */
export interface YamlDocument {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly problems: readonly YamlProblem[];
}

/** Far more than any configuration needs. */
const MAX_DEPTH = 100;
const MAX_ALIASES = 100;

/**
 * Parses one document in time that is linear in its size, which `parseDocument` and `toJS` of yaml are not: their check
 * of unique keys compares each key with all others of its map, resolving an alias searches the document, and a key that
 * is a map is turned into text once for each map around it. Nesting too deep for the stack can even end the process.
 */
export function parseYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  const parser = new BoundedParser(lines.addNewLine);
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, lineCounter: lines });
  try {
    const [document, next] = composer.compose(parser.parse(text), true, text.length);
    return { document: document as Document, lines, problems: problemsOf(document as Document, next) };
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    const detail = `nested deeper than ${MAX_DEPTH} levels`;
    return { document: new Document(), lines, problems: [{ offset: parser.offset, detail }] };
  }
}

class TooDeep extends Error {}

class BoundedParser extends Parser {
  override *next(source: string): ReturnType<Parser['next']> {
    yield* super.next(source);
    if (this.stack.length > MAX_DEPTH) throw new TooDeep();
  }
}

/** After an error in the syntax the rest means little, so it is the only one. */
function problemsOf(document: Document, next: Document | undefined): readonly YamlProblem[] {
  const [error] = document.errors;
  if (error !== undefined) return [{ offset: error.pos[0], detail: error.message }];
  if (next !== undefined) return [{ offset: next.range?.[0], detail: 'more than one document' }];
  const problems: YamlProblem[] = [];
  let aliases = 0;
  visit(document, {
    Alias(_key, node) {
      aliases += 1;
      if (aliases <= MAX_ALIASES) return undefined;
      problems.push({ offset: offsetOf(node), detail: `more than ${MAX_ALIASES} aliases` });
      return visit.BREAK;
    },
    Map(_key, map) {
      problems.push(...keyProblems(map.items));
    },
    Scalar(_key, node) {
      problems.push(...numberProblems(node));
    },
  });
  return problems;
}

function keyProblems(pairs: readonly Pair[]): readonly YamlProblem[] {
  const seen = new Set<string>();
  return pairs.flatMap(({ key }) => {
    const offset = offsetOf(key);
    if (!isScalar(key)) return [{ offset, detail: 'a key that is not text' }];
    const name = String(key.value ?? ''); // as `toJS` names it
    if (seen.has(name)) return [{ offset, detail: 'Map keys must be unique' }];
    seen.add(name);
    return [];
  });
}

/** Kubernetes reads YAML 1.1, in which `0400` is octal, such as the mode of a file. In YAML 1.2, it is 400. */
function numberProblems(node: Scalar): readonly YamlProblem[] {
  const { value, source = '' } = node;
  const [, digits] = /^0+(\d+)$/.exec(source) ?? [];
  if (typeof value !== 'number' || digits === undefined) return [];
  return [
    { offset: offsetOf(node), detail: `${source} is ambiguous: write 0o${digits} (octal) or ${digits}` },
  ];
}

/** Where a node starts in the text. */
export function offsetOf(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] | null } | undefined)?.range?.[0];
}
