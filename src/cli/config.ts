import { effectiveText } from '../config/effective.js';
import { configurationTable } from '../config/reference.js';
import { configured } from './configured.js';
import { ExitCode } from './exit-code.js';
import type { Io } from './io.js';

/** Tells whether a configuration is valid. Throws `ConfigurationError` if it is not. */
export function checkConfig({ stdout, stderr, env }: Io, file: string | undefined): ExitCode {
  const { sources, injector, unknownVariables } = configured(env, file);
  for (const variable of unknownVariables)
    stderr.write(`${variable}: expected a setting, got none of that name\n`);
  const source = sources.file?.path ?? 'the defaults and the environment';
  stdout.write(`${source}: valid, its hash is ${injector.identity.configHash}\n`);
  return ExitCode.done;
}

/** Prints the configuration in effect. */
export function showConfig({ stdout, env }: Io, file: string | undefined): ExitCode {
  const { configuration, sources } = configured(env, file);
  stdout.write(effectiveText(configuration, sources));
  return ExitCode.done;
}

/** Prints the reference of all settings. */
export function printReference({ stdout }: Io): ExitCode {
  stdout.write(`${configurationTable()}\n`);
  return ExitCode.done;
}
