import { effectiveText } from '../../config/effective.js';
import { configurationTable } from '../../config/reference.js';
import { withCluster } from '../cluster/cluster.js';
import type { ConnectionOptions, FromClusterOptions } from '../cluster/connection/connection-options.js';
import { ExitCode } from '../exit-code.js';
import { type ConfigurationOptions, openConfiguration } from '../input/open-configuration.js';
import type { Io } from '../io.js';
import { writeError, writeWarning } from '../output/report.js';
import { writeText } from '../output/write-edited.js';
import { UserError } from '../user-error.js';

/** The options of `config check` and `config show`. */
export interface ConfigOptions extends Pick<ConfigurationOptions, 'kubeVersion'>, FromClusterOptions {}

/** The options of `config pull`. */
export interface PullOptions extends ConnectionOptions {
  readonly output?: string;
}

/** Validates a configuration. Throws `ConfigurationError` if it is invalid. */
export async function checkConfig(
  io: Io,
  config: string | undefined,
  options: ConfigOptions,
): Promise<ExitCode> {
  const { sources, injector } = await open(io, config, options);
  const source = sources.file?.path ?? 'defaults and environment';
  io.stdout.write(`${source}: valid (hash ${injector.identity.configHash})\n`);
  return ExitCode.success;
}

/** Prints the effective configuration. */
export async function showConfig(
  io: Io,
  config: string | undefined,
  options: ConfigOptions,
): Promise<ExitCode> {
  const { configuration, sources } = await open(io, config, options);
  io.stdout.write(effectiveText(configuration, sources));
  return ExitCode.success;
}

/** Writes the configuration of the injector in a cluster as a file for `--config`. */
export async function pullConfig(io: Io, { output, ...options }: PullOptions): Promise<ExitCode> {
  const { pullConfiguration } = await import('../cluster/injector/pulled-configuration.js');
  const { clusterConfiguration, doubtsAbout } = await import('../cluster/injector/cluster-configuration.js');
  const { pulledText, sizeProblem } = await import('../cluster/injector/pulled-text.js');
  const pulled = await withCluster(io, options, pullConfiguration);
  const configuration = clusterConfiguration(pulled);
  for (const doubt of doubtsAbout(pulled, configuration)) writeWarning(io.stderr, doubt);
  const text = pulledText(pulled);
  const problem = sizeProblem(text);
  if (problem !== undefined) writeWarning(io.stderr, problem);
  const errors = await writeText(io, output, text);
  for (const error of errors) writeError(io.stderr, error);
  if (errors.length > 0) return ExitCode.invalid;
  io.stderr.write(`Configuration of ${pulled.origin} (hash ${configuration.injector.identity.configHash})\n`);
  return ExitCode.success;
}

/** Prints the settings reference. */
export function printReference({ stdout }: Io): ExitCode {
  stdout.write(`${configurationTable()}\n`);
  return ExitCode.success;
}

/** Prints the JSON Schema of a configuration. */
export async function printSchema({ stdout }: Io): Promise<ExitCode> {
  const { configurationSchema } = await import('../../config/json-schema/configuration-schema.js');
  stdout.write(`${JSON.stringify(configurationSchema(), null, 2)}\n`);
  return ExitCode.success;
}

function open(io: Io, config: string | undefined, options: ConfigOptions) {
  if (config !== undefined && options.fromCluster) {
    throw new UserError('--from-cluster: expected no FILE, got one');
  }
  return openConfiguration(io, { config, ...options });
}
