import { shown, typeName } from '../../core/values/json.js';
import { pathText } from '../../core/values/path.js';
import type { Violation } from '../../core/values/violation.js';

/** A value that makes a configuration invalid. Without a path it is the file as a whole. */
export interface ConfigViolation extends Omit<Violation, 'given'> {
  readonly given?: unknown;
  /** Show only the type of the value: it may be a secret. */
  readonly secret?: true;
  /** Shown instead of the value where it explains more. */
  readonly detail?: string;
  /** The environment variable, or `file:line:column`. */
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
