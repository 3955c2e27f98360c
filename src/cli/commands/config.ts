import { effectiveText } from '../../config/effective.js';
import { configurationTable } from '../../config/reference.js';
import { ExitCode } from '../exit-code.js';
import { type ConfigurationOptions, openConfiguration } from '../input/open-configuration.js';
import type { Io } from '../io.js';

/** The options of `config check` and `config show`. */
export type ConfigOptions = Pick<ConfigurationOptions, 'kubeVersion'>;

/** Validates a configuration. Throws `ConfigurationError` if it is invalid. */
export function checkConfig(io: Io, config: string | undefined, options: ConfigOptions): ExitCode {
  const { sources, injector } = openConfiguration(io, { config, ...options });
  const source = sources.file?.path ?? 'defaults and environment';
  io.stdout.write(`${source}: valid (hash ${injector.identity.configHash})\n`);
  return ExitCode.success;
}

/** Prints the effective configuration. */
export function showConfig(io: Io, config: string | undefined, options: ConfigOptions): ExitCode {
  const { configuration, sources } = openConfiguration(io, { config, ...options });
  io.stdout.write(effectiveText(configuration, sources));
  return ExitCode.success;
}

/** Prints the settings reference. */
export function printReference({ stdout }: Io): ExitCode {
  stdout.write(`${configurationTable()}\n`);
  return ExitCode.success;
}
