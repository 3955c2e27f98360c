import { shown, typeName } from '../../core/values/json.js';
import { pathText } from '../../core/values/path.js';
import type { Violation } from '../../core/values/violation.js';

/** An invalid value in a configuration. An empty path stands for the whole file. */
export interface ConfigViolation extends Omit<Violation, 'given'> {
  readonly given?: unknown;
  /** Print only the type of the value, because it may be secret. */
  readonly secret?: true;
  /** Printed instead of the value. */
  readonly detail?: string;
  /** The source of the value: an environment variable, or `file:line:column`. */
  readonly origin?: string | undefined;
}

/** `config.yaml:3:12 proxy.tcpPort: expected a whole number from 1 to 65535, got "http"` */
export function configViolationText({
  path,
  expected,
  given,
  secret,
  detail,
  origin,
}: ConfigViolation): string {
  const where = [origin, pathText(path)].filter(Boolean).join(' ');
  if (detail !== undefined) return `${where}: expected ${expected}: ${detail}`;
  return `${where}: expected ${expected}, got ${secret ? typeName(given) : shown(given)}`;
}
