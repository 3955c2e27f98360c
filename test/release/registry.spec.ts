import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { TARGETS } from '../../tools/release/images/images.js';
import { Layout } from '../../tools/release/images/layout.js';
import { Registry } from '../support/registry.js';
import { ARCHITECTURES, capabilities, published, unpack } from './published.js';

/** Copies an image with all of its platforms, as docs/guides/images.md shows. */
function copy(from: string, to: string): void {
  const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];
  execFileSync('skopeo', ['copy', '--quiet', '--all', '--preserve-digests', ...insecure, from, to]);
}

for (const target of TARGETS) {
  describe(`the image ${target} in a registry`, () => {
    const pushed = published(target);
    const { digest, annotations } = pushed.descriptor;
    const name = `proxy-injector/${target}`;
    const cleanups: (() => unknown)[] = [];
    let registry: Registry;
    let mirror: Registry;

    before(async () => {
      registry = await Registry.start();
      cleanups.push(() => registry.stop());
      mirror = await Registry.start();
      cleanups.push(() => mirror.stop());
      const tag = annotations?.['org.opencontainers.image.ref.name'];
      copy(`oci:${pushed.directory}`, `docker://${registry.host}/${name}:${tag}`);
    });
    after(async () => {
      for (const cleanup of cleanups.toReversed()) await cleanup();
    });

    const pull = (host: string) => {
      const directory = mkdtempSync(join(tmpdir(), 'pulled-'));
      cleanups.push(() => rmSync(directory, { recursive: true }));
      copy(`docker://${host}/${name}@${digest}`, `oci:${directory}`);
      return new Layout(directory);
    };

    it('is pulled by digest as it was pushed, with every platform', () => {
      const pulled = pull(registry.host);
      assert.equal(pulled.descriptor.digest, digest);
      assert.deepEqual(pulled.index, pushed.index);
    });

    it('keeps its digest in a mirror, from which it is pulled by the same digest', () => {
      copy(`docker://${registry.host}/${name}@${digest}`, `docker://${mirror.host}/${name}@${digest}`);
      assert.deepEqual(pull(mirror.host).index, pushed.index);
    });

    it('keeps its file capabilities', () => {
      const pulled = pull(mirror.host);
      for (const architecture of Object.keys(ARCHITECTURES)) {
        const [before = '', after = ''] = [pushed, pulled].map((layout) => unpack(layout, architecture));
        cleanups.push(() => [before, after].forEach((rootfs) => void rmSync(rootfs, { recursive: true })));
        assert.deepEqual(capabilities(after), capabilities(before));
      }
    });
  });
}
