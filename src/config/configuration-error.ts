import { shown, typeName } from '../core/values/json.js';
import { type Path, pathText } from '../core/values/path.js';

/** One thing that is wrong with a configuration. */
export interface Problem {
  /** The keys and indexes that lead to it; none for the file as a whole. */
  readonly path: Path;
  readonly expected: string;
  readonly given?: unknown;
  /** It may be a secret: only its type is shown. */
  readonly secret?: true;
  /** Why, where that says more than what was given. */
  readonly detail?: string;
  /** The environment variable, or `file:line:column`. */
  readonly origin?: string | undefined;
}

/** A configuration that cannot be used; the message lists every problem, one a line. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(
    readonly source: string,
    readonly problems: readonly Problem[],
  ) {
    super(
      [`invalid configuration (${source}):`, ...problems.map((problem) => `  ${problemText(problem)}`)].join(
        '\n',
      ),
    );
  }
}

/** `config.yaml:3:12 proxy.tcpPort: expected a whole number from 1 to 65535, got "http"` */
export function problemText({ path, expected, given, secret, detail, origin }: Problem): string {
  const place = [origin, pathText(path)].filter(Boolean).join(' ');
  if (detail !== undefined) return `${place}: expected ${expected}: ${detail}`;
  return `${place}: expected ${expected}, got ${secret ? typeName(given) : shown(given)}`;
}
