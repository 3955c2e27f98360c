import { MAX_DEPTH } from '../tree/limits.js';

/** A JSON value in a text. */
export interface JsonScan {
  readonly end: number;
  /** The offsets of keys that repeat an earlier one of their object, which `JSON.parse` accepts. */
  readonly duplicates: readonly number[];
  /** The ends of the outer collections, by their start. */
  readonly ends: ReadonlyMap<number, number>;
  /** The number of keys and list entries: all of them, and the most in one collection of {@link OUTER_DEPTH}. */
  readonly entries: number;
  readonly mostEntries: number;
}

/** The depth of the items of a List, whose ends are remembered. */
const OUTER_DEPTH = 3;

/** Checks the JSON value at an offset. Undefined if it is not JSON, or nested too deeply. */
export function scanJson(text: string, start: number): JsonScan | undefined {
  const scanner = new Scanner(text, start);
  if (!scanner.value(0)) return undefined;
  const { offset: end, duplicates, ends, entries, mostEntries } = scanner;
  return { end, duplicates, ends, entries, mostEntries };
}

/** The first offset from `offset` on that is not white space. */
export function afterSpace(text: string, offset: number): number {
  let next = offset;
  for (let code = text.charCodeAt(next); code <= 0x20; code = text.charCodeAt(next)) {
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
    next += 1;
  }
  return next;
}

/** The name of a key, from its text with quotes. */
export function keyName(text: string, start: number, end: number): string {
  const name = text.slice(start + 1, end - 1);
  return name.includes('\\') ? JSON.parse(text.slice(start, end)) : name;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
/** A string without escapes, as most are. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has no control characters in strings
const PLAIN_STRING = /"[^"\\\u0000-\u001f]*"/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Each method moves behind what it reads, and returns whether it was there. */
class Scanner {
  readonly duplicates: number[] = [];
  readonly ends = new Map<number, number>();
  entries = 0;
  mostEntries = 0;

  constructor(
    private readonly text: string,
    public offset: number,
  ) {}

  value(depth: number): boolean {
    this.#space();
    const code = this.text.charCodeAt(this.offset);
    if (code === QUOTE) return this.#string();
    if (code === OPEN_BRACE || code === OPEN_BRACKET) return this.#collection(code, depth + 1);
    return this.#word('true') || this.#word('false') || this.#word('null') || this.#match(NUMBER);
  }

  #collection(code: number, depth: number): boolean {
    const start = this.offset;
    const before = this.entries;
    if (depth > MAX_DEPTH || !(code === OPEN_BRACE ? this.#object(depth) : this.#list(depth))) return false;
    if (depth > OUTER_DEPTH) return true;
    this.ends.set(start, this.offset);
    if (depth === OUTER_DEPTH) this.mostEntries = Math.max(this.mostEntries, this.entries - before);
    return true;
  }

  #object(depth: number): boolean {
    this.offset += 1;
    if (this.#code(CLOSE_BRACE)) return true;
    const names = new Set<string>();
    do {
      this.#space();
      const start = this.offset;
      if (this.text.charCodeAt(start) !== QUOTE || !this.#string()) return false;
      const size = names.size;
      if (names.add(keyName(this.text, start, this.offset)).size === size) this.duplicates.push(start);
      this.entries += 1;
      if (!this.#code(COLON) || !this.value(depth)) return false;
    } while (this.#code(COMMA));
    return this.#code(CLOSE_BRACE);
  }

  #list(depth: number): boolean {
    this.offset += 1;
    if (this.#code(CLOSE_BRACKET)) return true;
    do {
      this.entries += 1;
      if (!this.value(depth)) return false;
    } while (this.#code(COMMA));
    return this.#code(CLOSE_BRACKET);
  }

  #string(): boolean {
    if (this.#match(PLAIN_STRING)) return true;
    this.offset += 1;
    for (;;) {
      const code = this.text.charCodeAt(this.offset);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        if (!this.#match(ESCAPE)) return false;
      } else if (code >= 0x20) this.offset += 1;
      else return false; // a control character, or the end of the text
    }
    this.offset += 1;
    return true;
  }

  #space(): void {
    this.offset = afterSpace(this.text, this.offset);
  }

  #code(code: number): boolean {
    this.#space();
    if (this.text.charCodeAt(this.offset) !== code) return false;
    this.offset += 1;
    return true;
  }

  #word(word: string): boolean {
    if (!this.text.startsWith(word, this.offset)) return false;
    this.offset += word.length;
    return true;
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.offset;
    if (!pattern.test(this.text)) return false;
    this.offset = pattern.lastIndex;
    return true;
  }
}
