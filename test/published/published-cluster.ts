import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { ROOT } from '../../tools/checkout.js';
import { writeArtifacts } from '../../tools/release/artifacts/artifacts.js';
import { CHART_REPOSITORY, IMAGES, REGISTRY, type Release } from '../../tools/release/artifacts/release.js';
import { Layout } from '../../tools/release/images/layout.js';
import { Cluster } from '../cluster/cluster.js';
import { type Result, run } from '../cluster/local-cluster/command.js';
import type { LocalCluster } from '../cluster/local-cluster/local-cluster.js';
import { tool } from '../cluster/local-cluster/tools.js';
import { authorities, startRegistry } from './registry.js';

/** The environment variable with the directory of the cluster. */
const DIRECTORY = 'TEST_PUBLISHED_CLUSTER';

/** A version that was published before this one. None was, so it is this one under another number. */
export const PREVIOUS_VERSION = '0.0.1';

/** The digests of the images that `npm run tools` built, by their names. */
export function digests(): Release['digests'] {
  return { injector: digestOf('injector'), 'proxy-init': digestOf('proxy-init'), agent: digestOf('agent') };
}

/**
 * A cluster whose node has none of the project's images, and that reaches a registry as ghcr.io, to which a release of
 * this checkout was published. Commands run as a user would run them.
 */
export class PublishedCluster {
  private constructor(
    readonly cluster: Cluster,
    readonly local: LocalCluster,
  ) {}

  /** Starts it and publishes a release. Returns what stops it, and keeps its logs if a test failed. */
  static async start(): Promise<(isFailed: boolean) => Promise<void>> {
    const cluster = await Cluster.start({ withOwnImages: false });
    const local = cluster.local as LocalCluster;
    process.env[DIRECTORY] = local.sandbox.directory;
    const end = async (isFailed: boolean) => {
      if (isFailed) console.log(`cluster logs: ${await local.keepLogs()}`);
      await cluster.stop();
    };
    try {
      await startRegistry(local.sandbox, REGISTRY);
      await new PublishedCluster(cluster, local).#publish();
    } catch (error) {
      await end(true);
      throw error;
    }
    return end;
  }

  /** The one that {@link start} started. */
  static attach(): PublishedCluster {
    const directory = process.env[DIRECTORY];
    if (directory === undefined) throw new Error('no cluster: run `npm test -- published`, which starts one');
    const cluster = Cluster.attach(directory);
    return new PublishedCluster(cluster, cluster.local as LocalCluster);
  }

  /** The directory in which commands run. The published command line is installed in it. */
  get home(): string {
    return this.local.sandbox.path('home');
  }

  /** Runs a script for bash, with kubectl, Helm, and npx, where ghcr.io is the registry. Rejects if a command fails. */
  async shell(script: string): Promise<string> {
    const { status, stdout, stderr } = await this.tryShell(script);
    if (status !== 0) throw new Error(`${script}: exit ${status}\n${stderr}${stdout}`);
    return stdout;
  }

  /** Like {@link shell}, but resolves with the result also if a command fails. */
  tryShell(script: string): Promise<Result> {
    const { sandbox } = this.local;
    const env = {
      HOME: this.home,
      KUBECONFIG: this.cluster.kubeconfig,
      PATH: `${dirname(tool('helm'))}:${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin`,
      SSL_CERT_FILE: authorities(sandbox),
    };
    const [nsenter = '', ...args] = sandbox.inside(
      ...['/usr/bin/env', '--ignore-environment', `--chdir=${this.home}`],
      ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
      ...['/bin/bash', '--norc', '-euo', 'pipefail', '-c', script],
    );
    return run(nsenter, args);
  }

  async #publish(): Promise<void> {
    mkdirSync(this.home);
    writeFileSync(join(this.home, 'package.json'), '{}'); // npm would look for one in the parent directories
    for (const name of ['injector', 'proxy-init'] as const) {
      const image = `docker://${REGISTRY}/${IMAGES[name]}:${PRODUCT_VERSION}`;
      await this.shell(`skopeo copy --quiet --all --preserve-digests oci:${layoutOf(name)} ${image}`);
    }
    const release = { version: PRODUCT_VERSION, time: new Date(0), registry: REGISTRY, digests: digests() };
    const { chart, npmPackage } = writeArtifacts(release, this.local.sandbox.path('release'));
    copyFileSync(npmPackage, join(this.home, basename(npmPackage)));
    copyFileSync(chart, join(this.home, basename(chart)));
    await this.shell(`
      npm install --loglevel=error --offline --no-audit --no-fund ./${basename(npmPackage)}
      helm push ${basename(chart)} oci://${CHART_REPOSITORY}
      mkdir previous
      tar --extract --file ${basename(chart)} --directory previous
      helm package previous/proxy-injector --version ${PREVIOUS_VERSION} --app-version ${PREVIOUS_VERSION}
      helm push proxy-injector-${PREVIOUS_VERSION}.tgz oci://${CHART_REPOSITORY}`);
  }
}

function layoutOf(name: keyof typeof IMAGES): string {
  return join(ROOT, '.tools', name, 'image');
}

function digestOf(name: keyof typeof IMAGES): string {
  return new Layout(layoutOf(name)).descriptor.digest;
}
