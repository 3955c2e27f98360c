import { validateSources } from '../../../config/load.js';
import type { Configuration } from '../../../config/schema/configuration.js';
import { snapshotOf } from '../../../config/snapshot.js';
import { readEnvironment } from '../../../config/sources/environment.js';
import { parseConfigurationFile } from '../../../config/sources/file.js';
import { type Sources, sourcesOf } from '../../../config/sources/sources.js';
import { Injector } from '../../../core/injector.js';
import { PRODUCT_VERSION } from '../../../core/version.js';
import type { Io } from '../../io.js';
import { writeWarning } from '../../output/report.js';
import { withCluster } from '../cluster.js';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { type PulledConfiguration, pullConfiguration } from './pulled-configuration.js';

/** The effective configuration of the injector in a cluster. */
export interface ClusterConfiguration {
  readonly configuration: Configuration;
  readonly sources: Sources;
  /** Decides as the injector in the cluster does, if its version is the same. */
  readonly injector: Injector;
  readonly unknownVariables: readonly string[];
}

/** Reads the configuration of the injector in a cluster, and warns if it may differ from what the injector has. */
export async function openClusterConfiguration(
  io: Pick<Io, 'env' | 'stderr'>,
  options: ConnectionOptions,
): Promise<ClusterConfiguration> {
  const { kubeconfig, context } = options;
  const connection = { ...(kubeconfig && { kubeconfig }), ...(context && { context }) };
  const pulled = await withCluster(io, connection, pullConfiguration);
  const opened = clusterConfiguration(pulled);
  for (const doubt of doubtsAbout(pulled, opened)) writeWarning(io.stderr, doubt);
  return opened;
}

/** Loads a pulled configuration as the injector in the cluster does. Throws `ConfigurationError`. */
export function clusterConfiguration({
  file,
  environment,
  namespace,
  identity,
}: PulledConfiguration): ClusterConfiguration {
  const content = file && parseConfigurationFile(file.name, file.text);
  const sources = sourcesOf(content, readEnvironment(environment));
  const loaded = validateSources(sources, { acceptsOtherVersions: true });
  const { configuration, unknownVariables } = loaded;
  const { injector } = snapshotOf(loaded, namespace);
  return {
    configuration,
    sources,
    injector: identity === undefined ? injector : new Injector(injector.settings, identity),
    unknownVariables,
  };
}

/** Why a configuration may differ from that of the injector in the cluster. */
export function doubtsAbout(
  { unread, origin }: PulledConfiguration,
  { configuration }: ClusterConfiguration,
): string[] {
  const { version = PRODUCT_VERSION } = configuration;
  return [
    ...unread.map(
      (name) => `${origin}: ignoring ${name}, whose value is not in the Deployment or a ConfigMap`,
    ),
    ...(version === PRODUCT_VERSION
      ? []
      : [
          `the injector in the cluster has version ${version}, this command has ${PRODUCT_VERSION}: they may decide differently`,
        ]),
  ];
}
