import { effectiveText } from '../../config/effective.js';
import { configurationTable } from '../../config/reference.js';
import { ExitCode } from '../exit-code.js';
import { openConfiguration } from '../input/open-configuration.js';
import type { Io } from '../io.js';

/** Tells whether a configuration is valid. Throws `ConfigurationError` if it is not. */
export function checkConfig(io: Io, file: string | undefined): ExitCode {
  const { sources, injector } = openConfiguration(io, file);
  const source = sources.file?.path ?? 'the defaults and the environment';
  io.stdout.write(`${source}: valid, its hash is ${injector.identity.configHash}\n`);
  return ExitCode.done;
}

/** Prints the configuration in effect. */
export function showConfig(io: Io, file: string | undefined): ExitCode {
  const { configuration, sources } = openConfiguration(io, file);
  io.stdout.write(effectiveText(configuration, sources));
  return ExitCode.done;
}

/** Prints the reference of all settings. */
export function printReference({ stdout }: Io): ExitCode {
  stdout.write(`${configurationTable()}\n`);
  return ExitCode.done;
}
