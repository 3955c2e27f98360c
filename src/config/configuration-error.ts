import { type ConfigViolation, configViolationText } from './schema/config-violation.js';

/** An invalid configuration. The message lists every violation, one per line. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(
    readonly source: string,
    readonly violations: readonly ConfigViolation[],
  ) {
    const lines = violations.map((violation) => `  ${configViolationText(violation)}`);
    super([`invalid configuration (${source}):`, ...lines].join('\n'));
  }
}
