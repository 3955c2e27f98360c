import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readManifests } from '../../../src/manifests/manifest-file.js';
import { ManifestError } from '../../../src/manifests/tree/diagnostic.js';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app}]}\n';

/** What is wrong with a document, and what is said about it. */
const BROKEN: readonly [string, string, string[]][] = [
  [
    'tabs as indentation',
    'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: web\n',
    ['m.yaml:4:1: expected spaces as indentation, got a tab'],
  ],
  [
    'keys that are there twice',
    'kind: Pod\nspec:\n  containers:\n    - name: a\n      image: x\n      image: y\n  containers: []\n',
    [
      'm.yaml:6:7 spec.containers[0].image: expected each key once, got this one again',
      'm.yaml:7:3 spec.containers: expected each key once, got this one again',
    ],
  ],
  [
    'a quote that is not closed',
    'metadata:\n  name: "web\n',
    ['m.yaml:3:1: expected YAML or JSON: missing closing "quote'],
  ],
  [
    'a flow collection that is not closed',
    'metadata: {name: web\nkind: Pod\n',
    [
      'm.yaml:2:1: expected YAML or JSON: flow map in block collection must be sufficiently indented and end with a }',
    ],
  ],
  [
    'two colons in a line',
    'kind: Pod: x\n',
    ['m.yaml:1:7: expected YAML or JSON: nested mappings are not allowed in compact mappings'],
  ],
  [
    'an indentation that fits nothing',
    'spec:\n    a: 1\n  b: 2\n',
    ['m.yaml:3:1: expected YAML or JSON: all mapping items must start at the same column'],
  ],
  [
    'an alias without an anchor',
    'kind: Pod\nmetadata:\n  labels: *labels\n',
    ['m.yaml:3:11 metadata.labels: expected an anchor &labels before the alias *labels, got none'],
  ],
  [
    'an alias of what it is in',
    'kind: Pod\nspec: &spec\n  containers: [*spec]\n',
    ['m.yaml:3:16 spec.containers[0]: expected an alias of something else, got *spec inside of &spec'],
  ],
  [
    'a merge of a text',
    'kind: Pod\nmetadata:\n  <<: text\n',
    ['m.yaml:1:1: expected YAML or JSON: Merge sources must be maps or map aliases'],
  ],
  [
    'JSON with a comma too few',
    '{"kind": "Pod"\n "metadata": {}}\n',
    ['m.yaml:2:2: expected YAML or JSON: missing , between flow map items'],
  ],
  [
    'a template that was not rendered',
    'metadata:\n  name: {{ .Release.Name }}-web\n',
    ['m.yaml:2:28: expected YAML or JSON: unexpected scalar at node end'],
  ],
];

describe('a document that cannot be read', () => {
  for (const [name, text, problems] of BROKEN) {
    it(`is reported with its place: ${name}`, () => {
      assert.deepEqual(readManifests('m.yaml', text).diagnostics.map(String), problems);
    });

    it(`loses none of the others, and none of its own text: ${name}`, () => {
      const whole = `${POD}---\n${text}---\n${POD}`;
      const file = readManifests('m.yaml', whole);
      assert.deepEqual(
        file.diagnostics.map(({ message }) => message),
        problems.map((problem) => problem.replace(/^m.yaml:\d+:\d+(?: \S+)?: /, '')),
      );
      assert.equal(file.workloads.length, 2);
      for (const workload of file.workloads) {
        workload.apply([{ op: 'add', path: '/metadata/annotations', value: { a: 'b' } }]);
      }
      const applyEdits = POD.replace('{name: web}', '{name: web, annotations: {a: b}}');
      assert.equal(file.toString(), `${applyEdits}---\n${text}---\n${applyEdits}`);
    });
  }

  it('may be a bomb of aliases', () => {
    const lines = [...'bcdefgh'].map((key, index) => {
      const alias = `*${'abcdefgh'[index]}`;
      return `${key}: &${key} [${Array(9).fill(alias).join(', ')}]`;
    });
    const file = readManifests('bomb.yaml', `a: &a [x]\n${lines.join('\n')}\n---\n${POD}`);
    assert.deepEqual(file.diagnostics.map(String), [
      'bomb.yaml:1:1: expected aliases that do not multiply like these',
    ]);
    assert.equal(file.workloads.length, 1);
  });

  it('may be nested deeper than anybody reads', () => {
    const deep = `a: ${'['.repeat(50_000)}${']'.repeat(50_000)}\n`;
    const file = readManifests('deep.yaml', `${deep}---\n${POD}`);
    assert.deepEqual(
      file.diagnostics.map(({ message }) => message),
      ['expected a document that is not nested as deep as this one'],
    );
    assert.equal(file.workloads.length, 1);
  });
});

/** A manifest whose Pod is malformed, and what is said about it. */
const MALFORMED: readonly [string, string][] = [
  [
    'apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers: app\n',
    'm.yaml:6:7 spec.template.spec.containers: expected a list, got a string',
  ],
  ['apiVersion: v1\nkind: Pod\n', 'm.yaml:1:1 spec: expected an object, got nothing'],
  [
    'apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    spec: {}\n',
    'm.yaml:5:5 spec.jobTemplate.spec.template: expected a Pod template, got nothing',
  ],
  [
    'kind: Pod\napiVersion: v1\nspec:\n  containers:\n  - name: a\n  - image: b\n',
    'm.yaml:6:5 spec.containers[1].name: expected a string, got nothing',
  ],
  [
    'kind: Pod\napiVersion: v1\nmetadata:\n  annotations:\n    a/b: yes\nspec: {containers: [{name: a}]}\n',
    'm.yaml:5:5 metadata.annotations["a/b"]: expected a string, got a boolean',
  ],
  [
    'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    spec: {containers: []}\n',
    'm.yaml:6:12 items[0].spec.containers: expected at least one container, got none',
  ],
  [
    'x: &spec {containers: 5}\napiVersion: v1\nkind: Pod\nspec: *spec\n',
    'm.yaml:4:1 spec.containers: expected a list, got a number',
  ],
  ['\uFEFFapiVersion: v1\nkind: Pod\n', 'm.yaml:1:1 spec: expected an object, got nothing'],
];

describe('a workload whose Pod is malformed', () => {
  for (const [text, problem] of MALFORMED) {
    it(`is reported with its place: ${problem}`, () => {
      const [workload] = readManifests('m.yaml', text).workloads;
      assert.equal(String(workload?.diagnostic()), problem);
    });
  }

  it('is found behind other documents', () => {
    const file = readManifests('m.yaml', `${POD}---\n# two\n${MALFORMED[0]?.[0]}`);
    assert.equal(
      String(file.workloads[1]?.diagnostic()),
      'm.yaml:12:7 spec.template.spec.containers: expected a list, got a string',
    );
  });

  it('is not any other', () => {
    assert.equal(readManifests('m.yaml', POD).workloads[0]?.diagnostic(), undefined);
  });
});

describe('an edit that cannot be made', () => {
  const refused =
    'kind: Pod\napiVersion: v1\nspec:\n  containers:\n  - name: a\n    args:\n    - |\n      echo';

  it('is refused with its place, and changes nothing', () => {
    const file = readManifests('m.yaml', refused);
    const [workload] = file.workloads;
    assert.throws(
      () => workload?.apply([{ op: 'add', path: '/spec/containers/-', value: { name: 'b' } }]),
      (error) =>
        error instanceof ManifestError &&
        error.message ===
          'm.yaml:1:1: expected a line end after the block scalar that ends the file, got none',
    );
    assert.equal(file.toString(), refused);
  });

  it('leaves nothing behind when another Pod of the document is changed', () => {
    const item = (name: string) =>
      `- {kind: Pod, apiVersion: v1, metadata: {name: ${name}}, spec: {containers: [{name: a}]}}\n`;
    const list = `kind: List\napiVersion: v1\nitems:\n${item('good')}- ${refused.replaceAll('\n', '\n  ')}`;
    const file = readManifests('m.yaml', list);
    const [good, bad] = file.workloads;
    const label = { op: 'add', path: '/metadata', value: { labels: { a: 'b' } } } as const;
    assert.throws(() => bad?.apply([label, { op: 'add', path: '/spec/containers/-', value: { name: 'b' } }]));
    good?.apply([{ ...label, path: '/metadata/labels', value: { a: 'b' } }]);
    assert.equal(file.toString(), list.replace('{name: good}', '{name: good, labels: {a: b}}'));
  });
});
