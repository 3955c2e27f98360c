import { effectiveText } from '../../config/effective.js';
import { configurationTable } from '../../config/reference.js';
import { ExitCode } from '../exit-code.js';
import { openConfiguration } from '../input/open-configuration.js';
import type { Io } from '../io.js';

/** Validates a configuration. Throws `ConfigurationError` if it is invalid. */
export function checkConfig(io: Io, file: string | undefined): ExitCode {
  const { sources, injector } = openConfiguration(io, file);
  const source = sources.file?.path ?? 'defaults and environment';
  io.stdout.write(`${source}: valid (hash ${injector.identity.configHash})\n`);
  return ExitCode.success;
}

/** Prints the effective configuration. */
export function showConfig(io: Io, file: string | undefined): ExitCode {
  const { configuration, sources } = openConfiguration(io, file);
  io.stdout.write(effectiveText(configuration, sources));
  return ExitCode.success;
}

/** Prints the settings reference. */
export function printReference({ stdout }: Io): ExitCode {
  stdout.write(`${configurationTable()}\n`);
  return ExitCode.success;
}
