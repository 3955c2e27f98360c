import { type ConfigViolation, configViolationText } from './schema/config-violation.js';

/** How many violations a message lists. Another file than intended can have thousands. */
const MAX_LISTED = 100;

/** An invalid configuration. The message lists its violations, one per line. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  /** `originOf` is only asked about violations that are listed. */
  constructor(
    source: string,
    violations: readonly ConfigViolation[],
    originOf: (violation: ConfigViolation) => string | undefined = ({ origin }) => origin,
  ) {
    const listed = violations.slice(0, MAX_LISTED);
    const lines = listed.map((each) => `  ${configViolationText({ ...each, origin: originOf(each) })}`);
    const omitted = violations.length - listed.length;
    const more = omitted > 0 ? [`  and ${omitted} more`] : [];
    super([`invalid configuration (${source}):`, ...lines, ...more].join('\n'));
  }
}
