import { IDENTITY } from './through-core.js';

/** Replaces the version and the configuration hash of an injected Pod with the fixed values of the golden files. */
export function anonymous(pod: unknown): object {
  const text = JSON.stringify(pod)
    .replace(/("proxy-injection\/version":)"[^"]+"/, `$1${JSON.stringify(IDENTITY.version)}`)
    .replace(/("proxy-injection\/config-hash":)"[0-9a-f]{16}"/, `$1${JSON.stringify(IDENTITY.configHash)}`);
  return JSON.parse(text);
}

/** Warnings with a placeholder for the hash of the current configuration. */
export function anonymousWarnings(warnings: readonly string[]): string[] {
  return warnings.map((text) => text.replace(/now [0-9a-f]{16}\)$/, `now ${IDENTITY.configHash})`));
}
