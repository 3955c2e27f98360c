import { isObject, type JsonObject } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import { readBounded } from '../../files/bounded-file.js';
import { ConfigurationError } from '../configuration-error.js';
import { offsetOf, parseYaml } from './yaml-document.js';

/** A parsed configuration file. */
export interface ConfigurationFile {
  readonly path: string;
  readonly content: JsonObject;
  /** The position of a path, or of its nearest parent in the file: `config.yaml:3:12`. Undefined if there is none. */
  readonly position: (path: Path) => string | undefined;
}

/** Parsing this much takes about a second at worst, in which nothing is answered. */
export const MAX_FILE_BYTES = 256 * 1024;

/**
 * Reads a YAML or JSON file. Throws {@link ConfigurationError}. A file without a value is an error, too: it is rather a
 * mistake than meant to set all settings back to their defaults, for which there is `{}`.
 */
export function readConfigurationFile(path: string): ConfigurationFile {
  return parseConfigurationFile(path, read(path));
}

/** Parses the text of a configuration file. Throws like {@link readConfigurationFile}. */
export function parseConfigurationFile(path: string, text: string): ConfigurationFile {
  const { document, lines, problems } = parseYaml(text);
  const at = (offset: number | undefined) => {
    if (offset === undefined) return undefined;
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  if (problems.length > 0) {
    const violations = problems.map(({ offset, detail }) => ({
      path: [],
      origin: at(offset),
      expected: 'valid YAML',
      detail,
    }));
    throw new ConfigurationError(path, violations);
  }
  const content: unknown = toPlain(path, () => document.toJS());
  if (!isObject(content)) {
    const expected =
      content === null ? 'a map of settings, such as {} for the defaults' : 'a map of settings';
    throw new ConfigurationError(path, [{ path: [], origin: path, expected, given: content ?? undefined }]);
  }
  const position = (keys: Path): string | undefined =>
    keys.length === 0 ? undefined : (at(offsetOf(document.getIn(keys, true))) ?? position(keys.slice(0, -1)));
  return { path, content, position };
}

function read(path: string): string {
  try {
    return readBounded(path, MAX_FILE_BYTES).toString();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const expected = code === 'EFBIG' ? `a file of at most ${MAX_FILE_BYTES / 1024} KiB` : 'a readable file';
    throw new ConfigurationError(path, [{ path: [], origin: path, expected, detail: message }]);
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
