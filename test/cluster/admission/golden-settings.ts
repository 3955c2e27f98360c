import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../chart/chart.js';
import { proxyInjector } from '../../cli/command-line.js';
import { CASES, type GoldenCase, goldenCases } from '../../unit/golden/golden-case.js';

/** Golden cases that share a configuration and the annotations of their namespace. */
export class GoldenSettings {
  private constructor(
    /** The path of the configuration file; undefined for none. */
    readonly config: string | undefined,
    readonly annotations: GoldenCase['namespace'],
    readonly cases: readonly GoldenCase[],
  ) {}

  /** All golden cases, grouped by their settings. */
  static all(): GoldenSettings[] {
    const groups = new Map<string, GoldenCase[]>();
    for (const golden of goldenCases()) {
      const key = JSON.stringify([golden.config, golden.namespace]);
      groups.set(key, [...(groups.get(key) ?? []), golden]);
    }
    return [...groups.values()].map((cases) => {
      const [{ config, namespace } = {} as GoldenCase] = cases;
      return new GoldenSettings(config, namespace, cases);
    });
  }

  /** The text of the configuration file; an empty configuration if there is none. */
  get configText(): string {
    return this.config === undefined ? '{}' : readFileSync(this.config, 'utf8');
  }

  /** The output of `proxy-injector inject` for the Pods of the cases, in the same order. */
  async injectedOffline(): Promise<KubernetesObject[]> {
    const file = (name: string, kind: string) => join(CASES, name, `${kind}.yaml`);
    const hasNamespace = Object.keys(this.annotations).length > 0;
    const { stdout } = await proxyInjector([
      'inject',
      ...(this.config === undefined ? [] : ['--config', this.config]),
      ...(hasNamespace ? ['-f', file(this.cases[0]?.name ?? '', 'namespace')] : []),
      ...this.cases.map(({ name }) => file(name, 'pod')),
    ]);
    const objects = parseAllDocuments(stdout).map((document) => document.toJS());
    return objects.filter(({ kind }) => kind === 'Pod');
  }
}
