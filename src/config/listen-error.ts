import type { Configuration } from './schema/configuration.js';
import { variableOf } from './sources/environment.js';

/** The settings of the ports that the service listens on. */
const PORTS = [
  ['webhook', 'port'],
  ['management', 'port'],
] as const;

/** What to change if a listener's port is taken; undefined for any other error. */
export function portTaken(
  { code, port, message }: NodeJS.ErrnoException & { readonly port?: number },
  configuration: Configuration,
): string | undefined {
  if (code !== 'EADDRINUSE') return undefined;
  const settings = PORTS.filter(([section, name]) => configuration[section][name] === port);
  const names = settings.map((path) => `${path.join('.')} (${variableOf({ path })})`);
  if (names.length === 0) return undefined;
  return `${message}\n${settings[0]?.join('.')}: expected a free port, got ${port}; change ${names.join(' or ')}`;
}
