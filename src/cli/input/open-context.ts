import type { Sources } from '../../config/sources/sources.js';
import type { Injector } from '../../core/injector.js';
import type { Io } from '../io.js';
import { OwnGuard } from '../selection/own-guard.js';
import { OwnWebhooks, type WebhookConfiguration } from '../selection/own-webhooks.js';
import type { ContextOptions, InputOptions } from './input-options.js';
import { Namespaces } from './namespaces.js';
import { type CliConfiguration, openConfiguration } from './open-configuration.js';
import { type OpenFiles, openManifests } from './open-manifests.js';
import { ServiceAccounts } from './service-accounts.js';

/** Everything that decisions about manifests depend on. */
export interface Context {
  readonly injector: Injector;
  readonly sources: Sources;
  readonly opened: OpenFiles;
  readonly namespaces: Namespaces;
  readonly serviceAccounts: ServiceAccounts;
  readonly webhooks: OwnWebhooks;
  /** That of a cluster; none for manifests. */
  readonly guard: OwnGuard;
}

/** What only a cluster has. */
interface OfCluster {
  readonly guard?: OwnGuard | undefined;
  /** The policy that injects. */
  readonly policies?: readonly WebhookConfiguration[] | undefined;
}

/** Loads the configuration and reads the manifests. Rejects with a `ConfigurationError` or a `UserError`. */
export async function openContext(
  io: Io,
  names: readonly string[],
  options: InputOptions & ContextOptions,
): Promise<Context> {
  const configuration = await openConfiguration(io, options);
  const opened = await openManifests(io, names, options, configuration.configuration.manifests.kinds);
  return contextOf(configuration, opened, options);
}

/** Everything that decisions about manifests depend on, from manifests that are already open. */
export async function contextOf(
  configuration: CliConfiguration,
  opened: OpenFiles,
  options: ContextOptions,
  { guard = OwnGuard.NONE, policies = [] }: OfCluster = {},
): Promise<Context> {
  const manifests = opened.files.map((file) => file.manifests);
  const { namespaceAnnotation: annotations = {}, namespaceLabel: labels = {} } = options;
  const namespaces = new Namespaces(manifests, configuration, { annotations, labels });
  const serviceAccounts = new ServiceAccounts(manifests, options.namespace);
  const webhooks = await OwnWebhooks.open([...manifests.flatMap((each) => each.webhooks), ...policies]);
  const { injector, sources } = configuration;
  return { injector, sources, opened, namespaces, serviceAccounts, webhooks, guard };
}
