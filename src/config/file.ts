import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument, type YAMLParseError } from 'yaml';
import { isObject, type JsonObject } from '../core/values/json.js';
import type { Path } from '../core/values/path.js';
import { ConfigurationError } from './configuration-error.js';

/** A parsed configuration file. */
export interface ConfigurationFile {
  readonly path: string;
  readonly content: JsonObject;
  /** The position of a path, or of its nearest parent in the file: `config.yaml:3:12`. Undefined if there is none. */
  readonly position: (path: Path) => string | undefined;
}

/** Reads a YAML or JSON file. An empty file is an empty configuration. Throws {@link ConfigurationError}. */
export function readConfigurationFile(path: string): ConfigurationFile {
  const lines = new LineCounter();
  const document = parseDocument(read(path), { lineCounter: lines, prettyErrors: false });
  const at = (offset: number | undefined) => {
    if (offset === undefined) return undefined;
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    const violations = rootCauses(document.errors).map(({ pos, code, message }) => ({
      path: [],
      origin: at(pos[0]),
      expected: 'valid YAML',
      detail: code === 'MULTIPLE_DOCS' ? 'more than one document' : message,
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

/** Duplicate keys are independent errors. Any other error causes misleading ones after it, so only the first counts. */
function rootCauses(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
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

/** Aliases are resolved here, so errors about them (no anchor, too many) only surface here. */
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
