import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { injectedText, uninjectedText } from './inject.js';

/** A Deployment of about 2.5 KB. */
function deployment(index: number): string {
  const containers = Array.from({ length: 7 }, (_, number) =>
    [
      `        - name: app-${number}`,
      `          image: registry.example.com/team/app-${index}:1.${number}`,
      '          env:',
      '            - name: DATABASE_URL # from the chart',
      '              value: "postgres://db.example.com:5432/app"',
      '            - {name: LOG_LEVEL, value: info}',
      '          resources:',
      '            requests: {cpu: 100m, memory: 64Mi}',
      '          ports:',
      '            - containerPort: 8080',
    ].join('\n'),
  );
  return [
    '---',
    `# Source: apps/templates/deployment-${index}.yaml`,
    'apiVersion: apps/v1',
    'kind: Deployment',
    `metadata: {name: app-${index}}`,
    'spec:',
    '  template:',
    `    metadata: {labels: {app: app-${index}}}`,
    '    spec:',
    '      containers:',
    ...containers,
    '',
  ].join('\n');
}

describe('a file of 5 MB with 2,000 documents', () => {
  it('is injected and uninjected in seconds and in bounded memory', (test) => {
    const text = Array.from({ length: 2000 }, (_, index) => deployment(index)).join('');
    const before = process.memoryUsage().rss;
    const start = performance.now();
    const { result, workloads } = injectedText(text, {});
    const injected = performance.now();
    assert.equal(workloads, 2000);
    assert.equal(uninjectedText(result) === text, true);
    const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;
    const memory = Math.round((process.memoryUsage().rss - before) / 2 ** 20);
    test.diagnostic(
      `${(text.length / 1e6).toFixed(1)} MB: injected in ${seconds(start, injected)}, uninjected in ${seconds(injected, performance.now())}, ${memory} MiB more memory`,
    );
    assert.ok(memory < 450, `${memory} MiB`);
  });

  it('can be a single List', () => {
    const items = Array.from({ length: 400 }, (_, index) => deployment(index).replace(/^---\n.*\n/, ''));
    const list = items.map((item) => `- ${item.trimEnd().replaceAll('\n', '\n  ')}\n`).join('');
    const text = `apiVersion: v1\nkind: List\nitems:\n${list}`;
    const { result, workloads } = injectedText(text, {});
    assert.equal(workloads, 400);
    assert.equal(uninjectedText(result) === text, true);
  });
});
