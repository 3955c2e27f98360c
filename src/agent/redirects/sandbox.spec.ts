import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { PodSandboxSchema } from '../nri/messages_pb.js';
import { netnsOf, sandboxOf } from './sandbox.js';

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'netns-')));
after(() => rmSync(directory, { recursive: true }));

const sandbox = (...namespaces: { type: string; path: string }[]) => ({
  id: '1',
  namespace: 'shop',
  pod: 'web',
  redirect: '{}',
  namespaces,
});
const inNetns = (path: string) => sandbox({ type: 'ipc', path: '' }, { type: 'network', path });

describe(sandboxOf.name, () => {
  const pod = (annotations: { [key: string]: string }) =>
    create(PodSandboxSchema, { id: '1', namespace: 'shop', name: 'web', annotations });

  it('reads a Pod with the annotation', () => {
    assert.deepEqual(sandboxOf(pod({ 'proxy-injection/redirect': '{}' })), sandbox());
  });

  it('ignores other Pods', () => {
    assert.equal(sandboxOf(pod({})), undefined);
    assert.equal(sandboxOf(pod({ 'proxy-injection/redirects': '{}' })), undefined);
  });
});

describe(netnsOf.name, () => {
  it('finds the network namespace directly below the directory', () => {
    const path = join(directory, 'cni-1');
    writeFileSync(path, '');
    assert.deepEqual(netnsOf(inNetns(path), directory), { path });
  });

  it('recognizes a Pod on the host network, and one that ended', () => {
    assert.equal(netnsOf(sandbox({ type: 'ipc', path: '' }), directory), 'host network');
    assert.equal(netnsOf(inNetns(join(directory, 'gone')), directory), 'ended');
  });

  it('rejects a sandbox without namespaces', () => {
    assert.throws(() => netnsOf(sandbox(), directory), /linux\.namespaces: expected .*, got none/);
  });

  for (const path of [
    '',
    'cni-1',
    '/proc/1/ns/net',
    `${directory}`,
    `${directory}/`,
    `${directory}/.`,
    `${directory}/..`,
    `${directory}//cni-1`,
    `${directory}/../netns/cni-1`,
    `${directory}/a/cni-1`,
    `${directory}x/cni-1`,
    `${directory}/cni-1\0`,
  ]) {
    it(`rejects the path ${JSON.stringify(path.replace(directory, 'DIRECTORY'))}`, () => {
      assert.throws(() => netnsOf(inNetns(path), directory), {
        message: `network namespace: expected a path directly below ${directory}, got ${JSON.stringify(path)}`,
      });
    });
  }

  it('rejects a path that is not a file', () => {
    mkdirSync(join(directory, 'folder'));
    symlinkSync('/proc/1/ns/net', join(directory, 'link'));
    for (const name of ['folder', 'link']) {
      assert.throws(
        () => netnsOf(inNetns(join(directory, name)), directory),
        /expected a file, got another thing/,
      );
    }
  });
});
