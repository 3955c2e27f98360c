import { InvalidArgumentError, Option } from 'commander';
import { DNS_LABEL } from '../../core/values/dns-label.js';
import { type FromClusterOptions, withFromCluster } from '../cluster/connection/connection-options.js';
import type { CliCommand } from '../command.js';
import { type KubeVersion, parseKubeVersion } from './automatic-mode.js';

/** Which manifests a command reads. */
export interface InputOptions {
  readonly filename?: readonly string[];
  readonly recursive?: true;
}

/** What a decision depends on besides the manifests: the namespace and the configuration. */
export interface ContextOptions extends FromClusterOptions {
  readonly namespace?: string;
  readonly namespaceAnnotation?: { readonly [key: string]: string };
  readonly namespaceLabel?: { readonly [key: string]: string };
  readonly config?: string;
  readonly kubeVersion?: KubeVersion;
}

/** The help of each option or argument that names the configuration file. */
export const CONFIGURATION_FILE =
  'The configuration file (default: $INJECTOR_CONFIG). INJECTOR_* variables override it, as in the service.';

/** `--kube-version`. */
export function kubeVersionOption(): Option {
  return new Option(
    '--kube-version <X.Y>',
    "The cluster's Kubernetes version, which decides what the chart's mode auto means.",
  ).argParser(kubeVersion);
}

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

/** Adds `--config`, `--from-cluster`, `--kube-version`, `-n`, `--namespace-annotation`, and `--namespace-label`. */
export function withContext(command: CliCommand): CliCommand {
  return withFromCluster(command.option('--config <FILE>', CONFIGURATION_FILE))
    .addOption(kubeVersionOption())
    .addOption(
      new Option(
        '-n, --namespace <NAME>',
        'The namespace for objects that name none (default: "default").',
      ).argParser(namespace),
    )
    .option(
      '--namespace-annotation <KEY=VALUE>',
      'Treat every namespace as having this annotation. Can be repeated.',
      keyValue,
    )
    .option(
      '--namespace-label <KEY=VALUE>',
      'Treat every namespace as having this label. Can be repeated.',
      keyValue,
    );
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function kubeVersion(value: string): KubeVersion {
  const version = parseKubeVersion(value);
  if (version) return version;
  throw new InvalidArgumentError('Expected a version such as 1.33.');
}

function namespace(value: string): string {
  if (DNS_LABEL.test(value)) return value;
  throw new InvalidArgumentError('Expected a namespace name.');
}

function keyValue(value: string, before: { readonly [key: string]: string } = {}) {
  const [, key, text] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
  if (key === undefined || text === undefined) throw new InvalidArgumentError('Expected KEY=VALUE.');
  return { ...before, [key]: text };
}
