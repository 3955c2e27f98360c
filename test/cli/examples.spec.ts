import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createProgram } from '../../src/cli/program.js';
import { commandsOf } from '../../tools/docs/command-reference.js';
import { REVIEWS } from '../support/reviews.js';
import { ended, MAIN, needs, proxyInjector, temporaryFolder } from './command-line.js';

/** The files that the examples name. */
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

/** Programs that the examples take for given; where there is a jq, the examples run with it: a cluster that has what it is asked for and takes what it is given. */
const PROGRAMS = {
  kubectl:
    '#!/bin/sh\nif [ "$1" = get ] && [ "$2" = pod ]; then cat pod.yaml; elif [ "$1" = get ]; then cat injected.yaml; else cat; fi\n',
  jq: '#!/bin/sh\ncat\n',
};

const program = createProgram(() => async () => {});

describe('every example of the help works as it stands', () => {
  for (const { name, command } of commandsOf(program)) {
    it(`${name} has examples`, () => assert.ok(command.examples.length > 0));
    for (const { line } of command.examples) {
      if (name.endsWith('serve')) continue; // test/cli/serve.spec.ts
      it(line, async () => {
        const cwd = await preparedFolder();
        const env = { PATH: `${join(cwd, '.bin')}:${process.env.PATH}` };
        const { code, stdout, stderr } = await ended('sh', ['-ec', line], { cwd, env });
        assert.deepEqual({ code, errors: stderr.match(/error.*/g) }, { code: 0, errors: null }, stderr);
        const wrote = readdirSync(cwd).some(
          (file) => !['.bin', 'injected.yaml'].includes(file) && !Object.hasOwn(FILES, file),
        );
        assert.ok(stdout !== '' || wrote, 'it says or writes something');
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
    if (name === 'jq' && needs('jq').skip === false) continue;
    writeFileSync(join(folder, '.bin', name), text);
    chmodSync(join(folder, '.bin', name), 0o755);
  }
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'manifests', 'deploy.yaml'), FILES['deploy.yaml']);
  copyFileSync(join(REVIEWS, 'pod-by-replicaset.json'), join(folder, 'review.json'));
  await proxyInjector(['inject', '-f', 'deploy.yaml', '-o', 'injected.yaml'], { cwd: folder });
  return folder;
}
