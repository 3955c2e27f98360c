import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHART } from '../chart/chart.js';
import { type Result, run } from './machine/command.js';
import { tool } from './machine/tools.js';

/** The namespace of a release, which has its name. */
export const RELEASE = 'proxy-injector';

/** The chart as Helm has installed it, in a namespace of its name. */
export class Release {
  constructor(
    readonly kubeconfig: string,
    readonly name = RELEASE,
  ) {}

  /** Installs it and waits until it serves. */
  static async install(kubeconfig: string, values: object, name?: string): Promise<Release> {
    const release = new Release(kubeconfig, name);
    await release.#apply('install', ['--create-namespace'], values);
    return release;
  }

  /** Upgrades to other values and waits until they are rolled out. */
  upgrade(values: object): Promise<string> {
    return this.#apply('upgrade', [], values);
  }

  /** `helm test`, whatever comes of it. */
  test(): Promise<Result> {
    return this.helm('test', this.name, '--logs');
  }

  async uninstall(): Promise<string> {
    return said(await this.helm('uninstall', this.name, '--wait'));
  }

  /** Runs Helm in the namespace of the release. */
  helm(...args: readonly string[]): Promise<Result> {
    return run(tool('helm'), [...args, '--kubeconfig', this.kubeconfig, '--namespace', this.name]);
  }

  async #apply(command: string, flags: readonly string[], values: object): Promise<string> {
    const directory = mkdtempSync(join(tmpdir(), 'values-'));
    try {
      const file = join(directory, 'values.json');
      writeFileSync(file, JSON.stringify(values));
      return said(
        await this.helm(command, this.name, CHART, '--wait', '--timeout', '2m', '--values', file, ...flags),
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  }
}

function said({ status, stdout, stderr }: Result): string {
  if (status !== 0) throw new Error(stderr + stdout);
  return stdout;
}
