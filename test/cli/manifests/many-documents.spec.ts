import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proxyInjector } from '../command-line.js';
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

/** Far less than the syntax trees of all documents take at once, which is several hundred MiB. */
const env = { NODE_OPTIONS: '--max-old-space-size=120' };

describe('a file of 5 MB with 2,000 documents', () => {
  it('is injected and uninjected in bounded memory', async (test) => {
    const text = Array.from({ length: 2000 }, (_, index) => deployment(index)).join('');
    const start = performance.now();
    const injected = await proxyInjector(['inject', '-f', '-'], { stdin: text, env });
    const middle = performance.now();
    assert.deepEqual([injected.code, injected.stdout.match(/name: proxy-sidecar$/gm)?.length], [0, 2000]);
    const uninjected = await proxyInjector(['uninject', '-f', '-'], { stdin: injected.stdout, env });
    const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;
    test.diagnostic(
      `${(text.length / 1e6).toFixed(1)} MB: injected in ${seconds(start, middle)}, uninjected in ${seconds(middle, performance.now())}`,
    );
    assert.equal(uninjected.stdout === text, true);
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
