import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { JsonObject } from '../../src/core/values/json.js';
import { ROOT } from '../../tools/checkout.js';

export const CHART = join(ROOT, 'helm', 'proxy-injector');

/** The versions of Helm that the chart supports, by the names of their binaries. */
export const HELMS = ['helm', 'helm3'] as const;
export type Helm = (typeof HELMS)[number];

/** A release as an operator would install it. */
export interface Release {
  readonly name?: string;
  readonly namespace?: string;
  /** Kubernetes version of the cluster. */
  readonly kubernetes?: string;
  readonly values?: KubernetesObject;
  /** The folder or the archive of the chart; that of the checkout by default. */
  readonly chart?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: tests read arbitrary fields of objects of any kind
export type KubernetesObject = any;

/** The objects of a release by kind and name, with those of `helm test` last. Throws Helm's message if it fails. */
export function render(release: Release = {}, helm: Helm = 'helm'): KubernetesObject[] {
  const { status, stdout, stderr } = template(release, helm);
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout)
    .map((document) => document.toJS())
    .filter((object) => object !== null)
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

/** The NOTES that Helm prints after an installation. */
export function notes({ name, namespace, values }: Release): string {
  const { status, stdout, stderr } = run('helm', values ?? {}, (file) => [
    ...['install', name ?? 'proxy-injector', CHART, '--namespace', namespace ?? 'proxy-system'],
    ...['--dry-run=client', '--values', file],
  ]);
  if (status !== 0) throw new Error(stderr);
  return stdout.slice(stdout.indexOf('\nNOTES:'));
}

/** Helm's message if it rejects a release; undefined if it accepts it. */
export function rejection(release: Release, helm: Helm = 'helm'): string | undefined {
  const { status, stderr } = template(release, helm);
  return status === 0 ? undefined : stderr;
}

/** Output of `helm lint --strict` with values if it fails; undefined if it passes. */
export function lintProblems(values: JsonObject, helm: Helm, chart = CHART): string | undefined {
  const { status, stdout, stderr } = run(helm, values, (file) => [
    'lint',
    '--strict',
    chart,
    '--values',
    file,
  ]);
  return status === 0 ? undefined : stdout + stderr;
}

/** The only object of a kind, or of a kind and name. Throws unless there is exactly one. */
export function find(objects: readonly KubernetesObject[], kind: string, name?: string): KubernetesObject {
  const found = objects.filter(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  );
  if (found.length !== 1) throw new Error(`${kind} ${name ?? ''}: expected one, got ${found.length}`);
  return found[0];
}

/** Objects are sorted because the versions of Helm print them in different orders. */
function sortKey({ kind, metadata }: KubernetesObject): string {
  const isHook = metadata.annotations?.['helm.sh/hook'] !== undefined;
  return `${isHook ? 1 : 0} ${kind} ${metadata.name}`;
}

function template({ name, namespace, kubernetes, values, chart }: Release, helm: Helm) {
  return run(helm, values ?? {}, (file) => [
    ...['template', name ?? 'proxy-injector', chart ?? CHART, '--namespace', namespace ?? 'proxy-system'],
    ...['--kube-version', kubernetes ?? '1.37.2', '--values', file],
  ]);
}

function run(helm: Helm, values: JsonObject, args: (valuesFile: string) => readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'chart-'));
  try {
    const file = join(directory, 'values.yaml');
    writeFileSync(file, JSON.stringify(values));
    return spawnSync(join(ROOT, '.tools', 'bin', helm), args(file), { encoding: 'utf8', maxBuffer: 2 ** 26 });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
