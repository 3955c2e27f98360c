import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readManifests } from '../../../src/manifests/manifest-file.js';
import { ManifestError } from '../../../src/manifests/tree/diagnostic.js';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app}]}\n';

/** Syntax errors: a description, a document, and its diagnostics. */
const BROKEN: readonly [string, string, string[]][] = [
  [
    'a tab as indentation',
    'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: web\n',
    ['m.yaml:4:1: expected spaces for indentation, got a tab'],
  ],
  [
    'duplicate keys',
    'kind: Pod\nspec:\n  containers:\n    - name: a\n      image: x\n      image: y\n  containers: []\n',
    [
      'm.yaml:6:7 spec.containers[0].image: expected unique keys, got a duplicate',
      'm.yaml:7:3 spec.containers: expected unique keys, got a duplicate',
    ],
  ],
  [
    'an unclosed quote',
    'metadata:\n  name: "web\n',
    ['m.yaml:3:1: expected YAML or JSON: missing closing "quote'],
  ],
  [
    'an unclosed flow collection',
    'metadata: {name: web\nkind: Pod\n',
    [
      'm.yaml:2:1: expected YAML or JSON: flow map in block collection must be sufficiently indented and end with a }',
    ],
  ],
  [
    'two colons on a line',
    'kind: Pod: x\n',
    ['m.yaml:1:7: expected YAML or JSON: nested mappings are not allowed in compact mappings'],
  ],
  [
    'inconsistent indentation',
    'spec:\n    a: 1\n  b: 2\n',
    ['m.yaml:3:1: expected YAML or JSON: all mapping items must start at the same column'],
  ],
  [
    'an alias without an anchor',
    'kind: Pod\nmetadata:\n  labels: *labels\n',
    ['m.yaml:3:11 metadata.labels: expected an anchor &labels before the alias *labels, got none'],
  ],
  [
    'an alias of a node that contains it',
    'kind: Pod\nspec: &spec\n  containers: [*spec]\n',
    ['m.yaml:3:16 spec.containers[0]: expected an alias of another node, got *spec inside &spec'],
  ],
  [
    'a merge of a string',
    'kind: Pod\nmetadata:\n  <<: text\n',
    ['m.yaml:1:1: expected YAML or JSON: Merge sources must be maps or map aliases'],
  ],
  [
    'JSON with a missing comma',
    '{"kind": "Pod"\n "metadata": {}}\n',
    ['m.yaml:2:2: expected YAML or JSON: missing , between flow map items'],
  ],
  [
    'an unrendered template',
    'metadata:\n  name: {{ .Release.Name }}-web\n',
    ['m.yaml:2:28: expected YAML or JSON: unexpected scalar at node end'],
  ],
];

describe('a document with a syntax error', () => {
  for (const [name, text, diagnostics] of BROKEN) {
    it(`is reported with its position: ${name}`, () => {
      assert.deepEqual(readManifests('m.yaml', text).diagnostics.map(String), diagnostics);
    });

    it(`is passed through, and the other documents are edited: ${name}`, () => {
      const whole = `${POD}---\n${text}---\n${POD}`;
      const file = readManifests('m.yaml', whole);
      assert.deepEqual(
        file.diagnostics.map(({ message }) => message),
        diagnostics.map((diagnostic) => diagnostic.replace(/^m.yaml:\d+:\d+(?: \S+)?: /, '')),
      );
      assert.equal(file.workloads.length, 2);
      for (const workload of file.workloads) {
        workload.apply([{ op: 'add', path: '/metadata/annotations', value: { a: 'b' } }]);
      }
      const edited = POD.replace('{name: web}', '{name: web, annotations: {a: b}}');
      assert.equal(file.toString(), `${edited}---\n${text}---\n${edited}`);
    });
  }

  it('may be an alias bomb', () => {
    const lines = [...'bcdefgh'].map((key, index) => {
      const alias = `*${'abcdefgh'[index]}`;
      return `${key}: &${key} [${Array(9).fill(alias).join(', ')}]`;
    });
    const file = readManifests('bomb.yaml', `a: &a [x]\n${lines.join('\n')}\n---\n${POD}`);
    assert.deepEqual(file.diagnostics.map(String), [
      'bomb.yaml:1:1: expected fewer aliases, got too many to expand',
    ]);
    assert.equal(file.workloads.length, 1);
  });

  it('may be nested too deeply', () => {
    const deep = `a: ${'['.repeat(50_000)}${']'.repeat(50_000)}\n`;
    const file = readManifests('deep.yaml', `${deep}---\n${POD}`);
    assert.deepEqual(
      file.diagnostics.map(({ message }) => message),
      ['expected less nesting, got too many levels'],
    );
    assert.equal(file.workloads.length, 1);
  });
});

/** A manifest with a malformed Pod, and its diagnostic. */
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

describe('a workload with a malformed Pod', () => {
  for (const [text, diagnostic] of MALFORMED) {
    it(`is reported with its position: ${diagnostic}`, () => {
      const [workload] = readManifests('m.yaml', text).workloads;
      assert.equal(String(workload?.diagnostic()), diagnostic);
    });
  }

  it('is reported with its position after other documents', () => {
    const file = readManifests('m.yaml', `${POD}---\n# two\n${MALFORMED[0]?.[0]}`);
    assert.equal(
      String(file.workloads[1]?.diagnostic()),
      'm.yaml:12:7 spec.template.spec.containers: expected a list, got a string',
    );
  });
});

describe('a workload with a well-formed Pod', () => {
  it('has no diagnostic', () => {
    assert.equal(readManifests('m.yaml', POD).workloads[0]?.diagnostic(), undefined);
  });
});

describe('an impossible edit', () => {
  const uneditable =
    'kind: Pod\napiVersion: v1\nspec:\n  containers:\n  - name: a\n    args:\n    - |\n      echo';

  it('is rejected with its position, and changes nothing', () => {
    const file = readManifests('m.yaml', uneditable);
    const [workload] = file.workloads;
    assert.throws(
      () => workload?.apply([{ op: 'add', path: '/spec/containers/-', value: { name: 'b' } }]),
      (error) =>
        error instanceof ManifestError &&
        error.message ===
          'm.yaml:1:1: expected a newline after the block scalar at the end of the file, got none',
    );
    assert.equal(file.toString(), uneditable);
  });

  it('leaves no trace when another Pod of the document is edited', () => {
    const item = (name: string) =>
      `- {kind: Pod, apiVersion: v1, metadata: {name: ${name}}, spec: {containers: [{name: a}]}}\n`;
    const list = `kind: List\napiVersion: v1\nitems:\n${item('good')}- ${uneditable.replaceAll('\n', '\n  ')}`;
    const file = readManifests('m.yaml', list);
    const [good, bad] = file.workloads;
    const label = { op: 'add', path: '/metadata', value: { labels: { a: 'b' } } } as const;
    assert.throws(() => bad?.apply([label, { op: 'add', path: '/spec/containers/-', value: { name: 'b' } }]));
    good?.apply([{ ...label, path: '/metadata/labels', value: { a: 'b' } }]);
    assert.equal(file.toString(), list.replace('{name: good}', '{name: good, labels: {a: b}}'));
  });
});
