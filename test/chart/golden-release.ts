import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { ROOT } from '../../tools/checkout.js';
import { CHART, type KubernetesObject, type Release, render } from './chart.js';

const CASES = join(ROOT, 'test', 'chart', 'cases');

/** A release with a golden file of its rendered objects. Every folder of test/chart/cases is one. */
export interface GoldenRelease {
  readonly name: string;
  readonly release: Release;
}

export function goldenReleases(): GoldenRelease[] {
  return readdirSync(CASES).map((name) => ({
    name,
    release: parse(readFileSync(join(CASES, name, 'release.yaml'), 'utf8')),
  }));
}

/** The objects of a release as its golden file has them: their names replace files that the chart includes verbatim. */
export function goldenObjects(release: Release): KubernetesObject[] {
  return render(release).map((object) => {
    if (object.kind === 'PrometheusRule') return { ...object, spec: shortened('alerts.yaml', object.spec) };
    if (object.kind === 'ValidatingAdmissionPolicy') return { ...object, spec: shortPolicy(object.spec) };
    if (object.kind !== 'ConfigMap') return object;
    const data = Object.entries<string>(object.data).map(([key, text]) => [key, shortText(text)]);
    return { ...object, data: Object.fromEntries(data) };
  });
}

export function readGolden(name: string): KubernetesObject[] | undefined {
  const file = join(CASES, name, 'expected.yaml');
  if (!existsSync(file)) return undefined;
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS());
}

export function writeGolden({ name, release }: GoldenRelease): void {
  const texts = goldenObjects(release).map((object) =>
    stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  writeFileSync(join(CASES, name, 'expected.yaml'), texts.join('---\n'));
}

function shortened(file: string, content: unknown): unknown {
  const same = JSON.stringify(parse(chartFile(file))) === JSON.stringify(content);
  return same ? `<files/${file}>` : content;
}

/** Without the variables and validations of a generated policy. */
function shortPolicy(spec: KubernetesObject): KubernetesObject {
  const name = 'policies/owners.yaml';
  const { variables, validations } = parse(chartFile(name));
  if (JSON.stringify(validations.map(sorted)) !== JSON.stringify(spec.validations.map(sorted))) return spec;
  const generated = new Set(variables.map((variable: object) => JSON.stringify(sorted(variable))));
  const own = spec.variables.filter((variable: object) => !generated.has(JSON.stringify(sorted(variable))));
  return { ...spec, variables: [...own, `<files/${name}>`], validations: `<files/${name}>` };
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function shortText(text: string): string {
  const files = readdirSync(join(CHART, 'files')).filter((each) => each.includes('.'));
  const file = files.find((each) => chartFile(each).trim() === text.trim());
  return file === undefined ? text : `<files/${file}>`;
}

function chartFile(name: string): string {
  return readFileSync(join(CHART, 'files', name), 'utf8');
}
