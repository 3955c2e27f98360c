import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createProgram } from '../../src/cli/program.js';
import { commandsOf } from '../../tools/docs/command-reference.js';
import { FakeCluster } from '../support/fake-cluster.js';
import { fakeDeployment, fakePod } from '../support/fake-pods.js';
import { fakeRelease } from '../support/fake-release.js';
import { REVIEWS } from '../support/reviews.js';
import { MAIN, proxyInjector, requires, runProgram, temporaryFolder } from './command-line.js';

/** The files that the examples use. */
const FILES = {
  'deploy.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: app # serves
          image: app:1
`,
  'pod.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: app, image: app:1}]\n',
  'config.yaml': 'ineligiblePods: admit\nredirect:\n  skipInboundPorts: 22,9090\n',
};

/** Stand-ins for kubectl, with a cluster that has the Pod and accepts everything, and for jq if it is not installed. */
const PROGRAMS = {
  kubectl:
    '#!/bin/sh\nif [ "$1" = get ] && [ "$2" = pod ]; then cat pod.yaml; elif [ "$1" = get ]; then cat injected.yaml; else cat; fi\n',
  jq: '#!/bin/sh\ncat\n',
};

/** The cluster of the examples. */
const cluster = await FakeCluster.start(
  ...fakeRelease(),
  ...['default', 'shop'].flatMap((namespace) => [
    { kind: 'Namespace', metadata: { name: namespace } },
    ...fakeDeployment('web', namespace),
    fakePod('web-1', { owner: 'ReplicaSet/web-7bd5', namespace, metadata: { labels: { app: 'web' } } }),
  ]),
);
after(() => cluster.stop());

const program = createProgram(() => async () => {});

describe('the examples in the help', () => {
  for (const { name, command } of commandsOf(program)) {
    it(`exist for ${name}`, () => assert.ok(command.examples.length > 0));
    for (const { line } of command.examples) {
      if (/ (agent|serve)$/.test(name)) continue; // test/process/agent.spec.ts, test/cli/serve.spec.ts
      if (name === 'proxy-injector check') continue; // test/cluster/cli/check.spec.ts
      it(`work as written: ${line}`, async () => {
        const cwd = await preparedFolder();
        const env = { PATH: `${join(cwd, '.bin')}:${process.env.PATH}`, HOME: cwd };
        const { code, stdout, stderr } = await runProgram('sh', ['-ec', line], { cwd, env });
        assert.deepEqual({ code, errors: stderr.match(/error.*/g) }, { code: 0, errors: null }, stderr);
        const wrote = readdirSync(cwd).some(
          (file) => !['.bin', '.kube', 'injected.yaml'].includes(file) && !Object.hasOwn(FILES, file),
        );
        assert.ok(stdout !== '' || wrote, 'expected output or a new file');
      });
    }
  }
});

async function preparedFolder(): Promise<string> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, '.bin'));
  mkdirSync(join(folder, 'manifests'));
  symlinkSync(MAIN, join(folder, '.bin', 'proxy-injector'));
  for (const [name, text] of Object.entries(PROGRAMS)) {
    if (name === 'jq' && requires('jq').skip === false) continue;
    writeFileSync(join(folder, '.bin', name), text);
    chmodSync(join(folder, '.bin', name), 0o755);
  }
  mkdirSync(join(folder, '.kube'));
  cluster.kubeconfig(join(folder, '.kube', 'config'), ['test', 'production']);
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'manifests', 'deploy.yaml'), FILES['deploy.yaml']);
  copyFileSync(join(REVIEWS, 'pod-by-replicaset.json'), join(folder, 'review.json'));
  await proxyInjector(['inject', '-f', 'deploy.yaml', '-o', 'injected.yaml'], { cwd: folder });
  return folder;
}
