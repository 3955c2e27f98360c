import { InvalidArgumentError, Option } from 'commander';
import { DNS_LABEL } from '../../core/values/dns-label.js';
import type { CliCommand } from '../command.js';

/** Which manifests a command reads. */
export interface InputOptions {
  readonly filename?: readonly string[];
  readonly recursive?: true;
}

/** What a decision depends on besides the manifests: the namespace and the configuration. */
export interface ContextOptions {
  readonly namespace?: string;
  readonly namespaceAnnotation?: { readonly [key: string]: string };
  readonly config?: string;
}

/** The help of each option or argument that names the configuration file. */
export const CONFIGURATION_FILE =
  'The configuration file (default: $INJECTOR_CONFIG). INJECTOR_* variables override it, as in the service.';

/** Adds `-f` and `-R`, as in kubectl. */
export function withInput(command: CliCommand): CliCommand {
  return command
    .argument('[FILE...]', 'Same as -f FILE.')
    .option(
      '-f, --filename <FILE>',
      'A file, a directory (its .yaml, .yml, and .json files), or - for stdin. Can be repeated.',
      collect,
    )
    .option('-R, --recursive', 'Read directories recursively.');
}

/** Adds `--config`, `-n`, and `--namespace-annotation`. */
export function withContext(command: CliCommand): CliCommand {
  return command
    .option('--config <FILE>', CONFIGURATION_FILE)
    .addOption(
      new Option(
        '-n, --namespace <NAME>',
        'The namespace for objects that name none (default: "default").',
      ).argParser(namespace),
    )
    .option(
      '--namespace-annotation <KEY=VALUE>',
      'Treat every namespace as having this annotation. Can be repeated.',
      annotation,
    );
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function namespace(value: string): string {
  if (DNS_LABEL.test(value)) return value;
  throw new InvalidArgumentError('Expected a namespace name.');
}

function annotation(value: string, before: ContextOptions['namespaceAnnotation'] = {}) {
  const [, key, text] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
  if (key === undefined || text === undefined) throw new InvalidArgumentError('Expected KEY=VALUE.');
  return { ...before, [key]: text };
}
