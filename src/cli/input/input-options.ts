import { InvalidArgumentError, Option } from 'commander';
import { DNS_LABEL } from '../../core/values/dns-label.js';
import type { CliCommand } from '../command.js';

/** Which manifests a command reads. */
export interface InputOptions {
  readonly filename?: readonly string[];
  readonly recursive?: true;
}

/** What is known about the namespaces of the Pods beside the manifests, and which configuration counts. */
export interface ContextOptions {
  readonly namespace?: string;
  readonly namespaceAnnotation?: { readonly [key: string]: string };
  readonly config?: string;
}

/** What an option or argument that names the configuration file is. */
export const CONFIGURATION_FILE =
  'The configuration file, instead of INJECTOR_CONFIG. INJECTOR_* count as they do for the service.';

/** Adds `-f` and `-R`, as kubectl has them. */
export function withInput(command: CliCommand): CliCommand {
  return command
    .argument('[FILE...]', 'The same as -f FILE.')
    .option(
      '-f, --filename <FILE>',
      'A file, a directory (its .yaml, .yml and .json files), or - for the standard input; may be repeated.',
      collect,
    )
    .option('-R, --recursive', 'Read directories with all that is below them.');
}

/** Adds what a decision depends on beside the manifest. */
export function withContext(command: CliCommand): CliCommand {
  return command
    .option('--config <FILE>', CONFIGURATION_FILE)
    .addOption(
      new Option('-n, --namespace <NAME>', 'The namespace of objects that name none.').argParser(namespace),
    )
    .option(
      '--namespace-annotation <KEY=VALUE>',
      'An annotation of the namespaces, as if each had it; may be repeated.',
      annotation,
    );
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function namespace(value: string): string {
  if (DNS_LABEL.test(value)) return value;
  throw new InvalidArgumentError('Expected the name of a namespace.');
}

function annotation(value: string, before: ContextOptions['namespaceAnnotation'] = {}) {
  const [, key, text] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
  if (key === undefined || text === undefined) throw new InvalidArgumentError('Expected KEY=VALUE.');
  return { ...before, [key]: text };
}
