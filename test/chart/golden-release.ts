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

/** Those that install the service. */
export function servingReleases(): GoldenRelease[] {
  return goldenReleases().filter(({ release }) => release.values?.mode !== 'policy');
}

/** The objects of a release as its golden file has them: their names replace files that the chart includes verbatim. */
export function goldenObjects(release: Release): KubernetesObject[] {
  return render(release).map((object) => {
    if (object.kind === 'PrometheusRule') return { ...object, spec: shortened('alerts.yaml', object.spec) };
    if (object.kind.endsWith('AdmissionPolicy')) return { ...object, spec: shortPolicy(object.spec) };
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

/** What the chart includes in a policy. */
interface Program {
  readonly file: string;
  readonly variables: readonly object[];
  /** Where its rules are in the spec. */
  readonly field: 'mutations' | 'validations';
  readonly rules: readonly object[];
}

/** Without the variables and rules of a generated policy. */
function shortPolicy(spec: KubernetesObject): KubernetesObject {
  const program = programs().find(({ field, rules }) => text(rules) === text(spec[field] ?? []));
  if (program === undefined) return spec;
  const { file, variables, field } = program;
  const generated = new Set(variables.map((variable) => text([variable])));
  const own = spec.variables.filter((variable: object) => !generated.has(text([variable])));
  return { ...spec, variables: [...own, `<files/${file}>`], [field]: `<files/${file}>` };
}

function programs(): Program[] {
  const [owners, pods] = ['policies/owners.yaml', 'policies/pods.yaml'] as const;
  const { decision, mutation, refusals, warnings } = parse(chartFile(pods));
  const withValidations = (file: string, { variables = decision, validations }: KubernetesObject) =>
    ({ file, variables, field: 'validations', rules: validations }) as const;
  return [
    withValidations(owners, parse(chartFile(owners))),
    withValidations(pods, refusals),
    withValidations(pods, warnings),
    {
      file: pods,
      variables: [...decision, ...mutation.variables],
      field: 'mutations',
      rules: mutation.mutations,
    },
  ];
}

/** Helm sorts the members of objects. */
function text(objects: readonly object[]): string {
  return JSON.stringify(objects.map(sorted));
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
