import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import { type ApiAccess, inCluster, ownNamespace } from '../cluster/api-access.js';
import { valueAt } from '../core/values/json.js';
import { type LoadOptions, loadConfiguration } from './load.js';
import { Configuration } from './schema/configuration.js';
import { settingsOf } from './schema/setting.js';
import { type Snapshot, snapshotOf } from './snapshot.js';

/** The result of a reload. `restartNeeded` lists the changed settings that are only read at startup. */
export type Reload =
  | { readonly result: 'unchanged' }
  | { readonly result: 'success'; readonly restartNeeded: readonly string[] }
  | { readonly result: 'failure'; readonly error: Error };

/** Holds the active configuration. */
@Injectable()
export class ConfigService {
  readonly #changes = new EventEmitter<{ change: [] }>();
  #current: Snapshot;

  /** Access to the API server; undefined outside a cluster. */
  readonly cluster: ApiAccess | undefined;

  /** `env` is the environment of the process. Throws `ConfigurationError`. */
  constructor(private readonly env: NodeJS.ProcessEnv) {
    // A Pod that restarts in the middle of an upgrade finds the configuration of the new version.
    this.#current = this.#load({ acceptsOtherVersions: true });
    this.cluster = inCluster(env, this.#current.configuration.kubernetes.serviceAccount);
  }

  get current(): Snapshot {
    return this.#current;
  }

  onChange(listener: () => void): void {
    this.#changes.on('change', listener);
  }

  /**
   * Loads the configuration again. If it is invalid, the last valid one stays active. Keys of another version are
   * errors here: what is active is known to be right for this one.
   */
  reload(): Reload {
    const { configuration: before } = this.#current;
    try {
      const next = this.#load();
      if (JSON.stringify(next.configuration) === JSON.stringify(before)) return { result: 'unchanged' };
      this.#current = next;
    } catch (error) {
      return { result: 'failure', error: error as Error };
    }
    this.#changes.emit('change');
    return { result: 'success', restartNeeded: restartNeeded(before, this.#current.configuration) };
  }

  /** In a cluster, the injector's own namespace is excluded, so that it never blocks its own Pods. */
  #load(options?: LoadOptions): Snapshot {
    const loaded = loadConfiguration(this.env, options);
    const { serviceAccount } = loaded.configuration.kubernetes;
    return snapshotOf(loaded, inCluster(this.env) && ownNamespace(this.env, serviceAccount));
  }
}

function restartNeeded(before: Configuration, after: Configuration): string[] {
  return settingsOf(Configuration)
    .filter(({ restart, path }) => restart && valueAt(before, path) !== valueAt(after, path))
    .map(({ path }) => path.join('.'));
}
