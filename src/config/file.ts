import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument, type YAMLParseError } from 'yaml';
import { isObject, type JsonObject } from '../core/values/json.js';
import type { Path } from '../core/values/path.js';
import { ConfigurationError } from './configuration-error.js';

/** A configuration file as it was written. */
export interface ConfigurationFile {
  readonly path: string;
  readonly content: JsonObject;
  /** `config.yaml:3:12` for a path below the content, or for the nearest that the file holds; undefined if it holds none. */
  readonly position: (path: Path) => string | undefined;
}

/** Reads a YAML (or JSON) file; an empty one is an empty configuration. Throws {@link ConfigurationError}. */
export function readConfigurationFile(path: string): ConfigurationFile {
  const lines = new LineCounter();
  const document = parseDocument(read(path), { lineCounter: lines, prettyErrors: false });
  const at = (offset: number | undefined) => {
    if (offset === undefined) return undefined;
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    const violations = telling(document.errors).map(({ pos, code, message }) => ({
      path: [],
      origin: at(pos[0]),
      expected: 'valid YAML',
      detail: code === 'MULTIPLE_DOCS' ? 'there is more than one document' : message,
    }));
    throw new ConfigurationError(path, violations);
  }
  const content: unknown = toPlain(path, () => document.toJS()) ?? {};
  if (!isObject(content)) {
    throw new ConfigurationError(path, [
      { path: [], origin: path, expected: 'a map of settings', given: content },
    ]);
  }
  const position = (keys: Path): string | undefined =>
    keys.length === 0
      ? undefined
      : (at(nodeOffset(document.getIn(keys, true))) ?? position(keys.slice(0, -1)));
  return { path, content, position };
}

/** A key that is there twice is an error by itself; any other causes more behind it, which tell nothing. */
function telling(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
  const first = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  return first ? [first] : errors;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const detail = (error as Error).message;
    throw new ConfigurationError(path, [{ path: [], origin: path, expected: 'a readable file', detail }]);
  }
}

/** Aliases are resolved only here, and one without its anchor (or too many of them) is an error only here. */
function toPlain(path: string, convert: () => unknown): unknown {
  try {
    return convert();
  } catch (error) {
    const detail = (error as Error).message;
    throw new ConfigurationError(path, [{ path: [], origin: path, expected: 'valid YAML', detail }]);
  }
}

function nodeOffset(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] | null } | undefined)?.range?.[0];
}
