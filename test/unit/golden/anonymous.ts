import { IDENTITY } from './through-core.js';

/** A Pod as the golden files hold it: without the version and the hash of the configuration, which change for other reasons. */
export function anonymous(pod: unknown): object {
  const text = JSON.stringify(pod)
    .replace(/("proxy-injection\/version":)"[^"]+"/, `$1${JSON.stringify(IDENTITY.version)}`)
    .replace(/("proxy-injection\/config-hash":)"[0-9a-f]{16}"/, `$1${JSON.stringify(IDENTITY.configHash)}`);
  return JSON.parse(text);
}
