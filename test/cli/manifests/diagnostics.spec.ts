import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Removal } from '../../../src/core/patch/removal.js';
import { readManifests } from '../../../src/manifests/manifest-file.js';
import { ManifestError } from '../../../src/manifests/tree/diagnostic.js';
import { parse } from '../../../src/manifests/tree/parse.js';

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
    ['m.yaml:1:18: expected YAML or JSON: implicit keys need to be on a single line'],
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
    [
      'm.yaml:3:7 metadata["<<"]: expected a map, an alias of a map, or a list of these to merge (<<), got something else',
    ],
  ],
  [
    'a merge of an alias of a list',
    'x: &list [{a: b}]\nmetadata:\n  labels:\n    <<: *list\n',
    [
      'm.yaml:4:9 metadata.labels["<<"]: expected a map, an alias of a map, or a list of these to merge (<<), got something else',
    ],
  ],
  [
    'a merge of nothing',
    'metadata:\n  <<:\n  name: a\n',
    [
      'm.yaml:2:6 metadata: expected a map, an alias of a map, or a list of these to merge (<<), got something else',
    ],
  ],
  [
    'a key that is a list',
    'metadata:\n  labels:\n    ? [a, b]\n    : c\n',
    ['m.yaml:3:7 metadata.labels["[\\"a\\",\\"b\\"]"]: expected a key that is a string, got a map or list'],
  ],
  [
    'a key that is null',
    'metadata:\n  labels:\n    null: a\n',
    ['m.yaml:3:5 metadata.labels.null: expected a key that is a string, got null'],
  ],
  [
    'a missing key',
    'metadata:\n  labels:\n    : b\n',
    ['m.yaml:3:5 metadata.labels: expected a key that is a string, got null'],
  ],
  [
    'keys that JSON cannot tell apart',
    'metadata:\n  labels:\n    1: a\n    "1": b\n',
    ['m.yaml:4:5 metadata.labels.1: expected unique keys, got a duplicate'],
  ],
  [
    'duplicate keys in JSON',
    '{"kind": "Pod",\n "metadata": {"name": "a", "name": "b"}}\n',
    ['m.yaml:2:28 metadata.name: expected unique keys, got a duplicate'],
  ],
  [
    'JSON with a missing comma',
    '{"kind": "Pod"\n "metadata": {}}\n',
    ['m.yaml:2:2: expected YAML or JSON: missing , between flow map items'],
  ],
  [
    'a template in a value',
    'metadata:\n  name: {{ .Release.Name }}-web\n',
    [`m.yaml:2:9 metadata.name: ${unrendered('{{ .Release.Name }}')}`],
  ],
  [
    'a template that is a value, which YAML reads as a map in a key',
    'kind: Deployment\nspec:\n  replicas: {{ .Values.replicas }}\n',
    [`m.yaml:3:13 spec.replicas: ${unrendered('{{ .Values.replicas }}')}`],
  ],
  [
    'templates around a block',
    'metadata:\n  {{- if .Values.labels }}\n  labels: {a: b}\n  {{- end }}\n',
    [`m.yaml:2:3 metadata: ${unrendered('{{- if .Values.labels }}')}`],
  ],
  [
    'a long template',
    `metadata:\n  labels:\n    {{- include "${'x'.repeat(60)}" . | nindent 4 }}\n`,
    [`m.yaml:3:5 metadata.labels: ${unrendered(`{{- include "${'x'.repeat(44)}...`)}`],
  ],
  [
    'a mistake after a template in quotes',
    'metadata:\n  name: "{{ name }}" web\n',
    ['m.yaml:2:22: expected YAML or JSON: unexpected scalar at node end'],
  ],
];

function unrendered(template: string): string {
  return `expected YAML or JSON, got the template ${template}: render the chart first, for example with helm template`;
}

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
        diagnostics.map((diagnostic) => diagnostic.replace(/^m.yaml:\d+:\d+(?: [^:]+)?: /, '')),
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

  for (const [name, deep] of [
    ['lists', `a: ${'['.repeat(50_000)}${']'.repeat(50_000)}\n`],
    ['blocks', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
    ['JSON', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}\n`],
  ] as const) {
    it(`may be nested too deeply: ${name}`, () => {
      const file = readManifests('deep.yaml', `${deep}---\n${POD}`);
      assert.deepEqual(
        file.diagnostics.map(({ message }) => message),
        ['expected at most 256 levels of nesting, got more'],
      );
      assert.equal(file.workloads.length, 1);
    });
  }

  it('may have too many entries', () => {
    const message = 'expected at most 4 keys and list entries in a document, got more';
    for (const text of [
      'a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n',
      'a:\n  - 1\n  - 2\n  - 3\n  - 4\n',
      '[1, 2, 3, 4, 5, 6]',
    ]) {
      assert.equal(parse(text, { maxEntries: 4 }).excess?.message, message);
      assert.equal(parse(text, { maxEntries: 5 }).excess, undefined);
    }
  });

  it('may have too many entries in JSON, where a List may have that many in all its items', () => {
    const list = `[${'1,'.repeat(600_000)}1]`;
    const pod = (...lists: string[]) =>
      `{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"a"}]},"x":[${lists.join()}]}`;
    const message = 'expected at most 1,000,000 keys and list entries in a document, got more';
    assert.deepEqual(readManifests('m.json', pod(list, list)).diagnostics.map(String), [
      `m.json:1:1: ${message}`,
    ]);
    const listOf = (...pods: string[]) => `{"apiVersion":"v1","kind":"List","items":[${pods.join()}]}`;
    assert.equal(readManifests('m.json', listOf(pod(list), pod(list))).workloads.length, 2);
    const [diagnostic] = readManifests('m.json', listOf(pod(list, list))).diagnostics;
    assert.equal(String(diagnostic), `m.json:1:43 items[0]: ${message}`);
  });

  it('is read in linear time if it has many keys', () => {
    const keys = Array.from({ length: 20_000 }, (_, key) => `  k${key}: v\n`).join('');
    const started = performance.now();
    assert.deepEqual(readManifests('many.yaml', `a:\n${keys}`).diagnostics, []);
    const half = performance.now();
    assert.deepEqual(readManifests('many.yaml', `a:\n${keys}${keys.replaceAll('k', 'l')}`).diagnostics, []);
    const ratio = (performance.now() - half) / (half - started);
    assert.ok(ratio < 3.5, `twice the keys take ${ratio.toFixed(1)} times as long`);
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
    'x: &annotations {a: b}\nkind: Pod\napiVersion: v1\nmetadata:\n  annotations: {<<: *annotations}\nspec: {containers: [{name: a}]}\n';
  const removal = { operations: [{ op: 'remove', path: '/metadata/annotations/a' }] } as unknown as Removal;

  it('is rejected with its position, and changes nothing', () => {
    const file = readManifests('m.yaml', uneditable);
    const [workload] = file.workloads;
    assert.throws(
      () => workload?.remove(removal),
      (error) =>
        error instanceof ManifestError &&
        error.message === 'm.yaml:1:1: expected a key in the map itself to remove, got one from a merge (<<)',
    );
    assert.equal(file.toString(), uneditable);
  });

  it('leaves no trace when another Pod of the document is edited', () => {
    const item = (name: string) =>
      `- {kind: Pod, apiVersion: v1, metadata: {name: ${name}}, spec: {containers: [{name: a}]}}\n`;
    const list = `kind: List\napiVersion: v1\nitems:\n${item('good')}- ${uneditable.trimEnd().replaceAll('\n', '\n  ')}\n`;
    const file = readManifests('m.yaml', list);
    const [good, bad] = file.workloads;
    assert.throws(() => bad?.remove(removal));
    good?.apply([{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }]);
    assert.equal(file.toString(), list.replace('{name: good}', '{name: good, labels: {a: b}}'));
  });
});
