import type { Path } from '../../core/values/path.js';
import { afterSpace, keyName } from './scan.js';

/** The offsets of a key with its quotes. */
interface JsonKey {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** A member of an object or an entry of a list, in a text that `scanJson` has checked. */
export class JsonEntry {
  constructor(
    private readonly text: string,
    /** Undefined in a list. */
    readonly key: JsonKey | undefined,
    /** The offset of the value. */
    readonly start: number,
    private knownEnd: number | undefined,
  ) {}

  /** The offset behind the value. Only what needs it reads the value. */
  get end(): number {
    this.knownEnd ??= endOfValue(this.text, this.start);
    return this.knownEnd;
  }
}

/**
 * The members or entries of the collection at an offset, one after the other; none for a scalar. `ends` are the ends of
 * some values, by their start.
 */
export function* jsonEntries(
  text: string,
  start: number,
  ends?: ReadonlyMap<number, number>,
): Generator<JsonEntry, undefined> {
  const isObject = text[start] === '{';
  if (!isObject && text[start] !== '[') return;
  let offset = afterSpace(text, start + 1);
  while (text[offset] !== '}' && text[offset] !== ']') {
    const keyEnd = isObject ? endOfString(text, offset) : offset;
    const key = isObject ? { start: offset, end: keyEnd, name: keyName(text, offset, keyEnd) } : undefined;
    const value = isObject ? afterSpace(text, afterSpace(text, keyEnd) + 1) : offset;
    const entry = new JsonEntry(text, key, value, ends?.get(value));
    yield entry;
    offset = afterSpace(text, entry.end);
    if (text[offset] === ',') offset = afterSpace(text, offset + 1);
  }
}

/** Finds values by their path in a JSON text that `scanJson` has checked. Reads no further than it must, and once. */
export class JsonIndex {
  readonly #collections = new Map<number, OpenCollection>();

  constructor(private readonly text: string) {}

  /** The offset at which the member or entry at a path starts, with its key, or its nearest existing parent. */
  offset(path: Path): number {
    let [offset, inner] = [0, 0];
    for (const part of path) {
      const found = this.#collection(inner).find(String(part));
      if (found === undefined) break;
      offset = found.key?.start ?? found.start;
      inner = found.start;
    }
    return offset;
  }

  #collection(start: number): OpenCollection {
    const known = this.#collections.get(start);
    if (known !== undefined) return known;
    const opened = new OpenCollection(jsonEntries(this.text, start));
    this.#collections.set(start, opened);
    return opened;
  }
}

class OpenCollection {
  readonly #read = new Map<string, JsonEntry>();

  constructor(private readonly rest: Generator<JsonEntry, undefined>) {}

  /** By key or index. */
  find(part: string): JsonEntry | undefined {
    let found = this.#read.get(part);
    while (found === undefined) {
      const { value } = this.rest.next();
      if (value === undefined) break;
      const name = value.key?.name ?? String(this.#read.size);
      this.#read.set(name, value);
      if (name === part) found = value;
    }
    return found;
  }
}

const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [
  0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d,
];
const END = /[,}\]\s]/g;

/** A quote ends the string unless the backslashes before it, each escaping the next, are odd in number. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let first = quote;
    while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
    if ((quote - first) % 2 === 0) return quote + 1;
  }
}

function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) return endOfString(text, start);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) {
    END.lastIndex = start;
    return END.exec(text)?.index ?? text.length;
  }
  let depth = 0;
  for (let offset = start; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (code === QUOTE) offset = endOfString(text, offset) - 1;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1;
    if (depth === 0) return offset + 1;
  }
  return text.length;
}
