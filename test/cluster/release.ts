import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHART, type Helm } from '../chart/chart.js';
import { type Result, run } from './local-cluster/command.js';
import { tool } from './local-cluster/tools.js';

/** The release that the tests share. */
export const RELEASE = 'proxy-injector';

/** The names of its webhooks, by the object whose label they select. */
export const WEBHOOKS = {
  namespaces: `namespaces.${RELEASE}.${RELEASE}.svc`,
  pods: `pods.${RELEASE}.${RELEASE}.svc`,
} as const;

/** A release of the chart, in a namespace of the same name. */
export class Release {
  constructor(
    readonly kubeconfig: string,
    readonly name = RELEASE,
    readonly version: Helm = 'helm',
  ) {}

  /** Installs the release, or upgrades it to other values, and waits until it is ready; resolves with Helm's stdout. */
  async apply(values: object, ...further: readonly string[]): Promise<string> {
    const directory = mkdtempSync(join(tmpdir(), 'values-'));
    try {
      const file = join(directory, 'values.json');
      writeFileSync(file, JSON.stringify(values));
      const flags = [
        '--install',
        '--create-namespace',
        '--wait',
        '--timeout',
        '5m', // far longer than it takes on a busy machine
        '--values',
        file,
        ...further,
      ];
      return stdoutOf(await this.helm('upgrade', this.name, CHART, ...flags));
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  /** Runs `helm test` and returns its result even if it fails. Helm 4 prints the test's output only with `--logs`. */
  test(): Promise<Result> {
    return this.helm('test', this.name, ...(this.version === 'helm' ? ['--logs'] : []));
  }

  async uninstall(): Promise<string> {
    return stdoutOf(await this.helm('uninstall', this.name, '--wait'));
  }

  /** Runs Helm in the release's namespace, and returns its result even if it fails. */
  helm(...args: readonly string[]): Promise<Result> {
    return run(tool(this.version), [...args, '--kubeconfig', this.kubeconfig, '--namespace', this.name]);
  }
}

function stdoutOf({ status, stdout, stderr }: Result): string {
  if (status !== 0) throw new Error(stderr + stdout);
  return stdout;
}
