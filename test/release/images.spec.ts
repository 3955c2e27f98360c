import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';
import { TARGETS } from '../../tools/release/images/images.js';
import { type ElfFile, elfFiles } from './elf.js';
import { ARCHITECTURES, capabilities, published, unpack } from './published.js';

const { version, homepage } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** The capabilities that the init container's user gets (proxy-init/collect.sh). */
const OF_PROXY_INIT = {
  '/usr/bin/dash': 'cap_net_admin,cap_net_raw=p',
  '/usr/sbin/nft': 'cap_net_admin=ep',
  '/usr/sbin/xtables-legacy-multi': 'cap_net_admin,cap_net_raw=ep',
  '/usr/sbin/xtables-nft-multi': 'cap_net_admin=ep',
};
const CAPABILITIES = { injector: {}, 'proxy-init': OF_PROXY_INIT, agent: OF_PROXY_INIT };

/** Some programs, to notice if the checks below find nothing to check. */
const PROGRAMS = {
  injector: ['/nodejs/bin/node'],
  'proxy-init': Object.keys(OF_PROXY_INIT),
  agent: ['/nodejs/bin/node', '/usr/bin/nsenter', ...Object.keys(OF_PROXY_INIT)],
};

/** Where a path of an image leads, below its root; links in the image are relative or from its root. */
function resolved(rootfs: string, path: string): string {
  let real = '/';
  for (const name of path.split('/').filter((name) => name !== '')) {
    const next = resolve(real, name);
    const target = linkIn(rootfs, next);
    real = target === undefined ? next : resolved(rootfs, resolve(real, target));
  }
  return real;
}

function linkIn(rootfs: string, path: string): string | undefined {
  try {
    return readlinkSync(join(rootfs, path));
  } catch {
    return undefined;
  }
}

function has(rootfs: string, path: string): boolean {
  return existsSync(join(rootfs, resolved(rootfs, path)));
}

for (const target of TARGETS) {
  const layout = published(target);

  describe(`the index of the image ${target}`, () => {
    it('has the platforms linux/amd64 and linux/arm64', () => {
      assert.deepEqual(
        layout.index.manifests.map(({ platform }) => platform),
        Object.keys(ARCHITECTURES).map((architecture) => ({ architecture, os: 'linux' })),
      );
    });

    it('is named by the version', () => {
      assert.equal(layout.descriptor.annotations?.['org.opencontainers.image.ref.name'], version);
    });

    it('has a title, a description, the version, the license, and where to find the rest', () => {
      const prefix = 'org.opencontainers.image.';
      const { annotations } = layout.index;
      const read = (name: string) => annotations[`${prefix}${name}`];
      const repository = homepage.replace(/#.*/, '');
      assert.deepEqual(
        [read('version'), read('source'), read('licenses')],
        [version, repository, 'Apache-2.0'],
      );
      assert.ok(read('title') && read('description'));
      const page = read('documentation')?.replace(`${repository}/blob/main/`, '') ?? '';
      assert.ok(existsSync(join(ROOT, page)), page);
      assert.match(read('created') ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    });
  });

  for (const [architecture, { machine, loader }] of Object.entries(ARCHITECTURES)) {
    describe(`the image ${target} for linux/${architecture}`, () => {
      const { manifest, config } = layout.platform(architecture);
      let rootfs: string;
      let files: ElfFile[];

      before(() => {
        rootfs = unpack(layout, architecture);
        files = elfFiles(rootfs);
      });
      after(() => rmSync(rootfs, { recursive: true, force: true }));

      it('names its platform in its configuration', () => {
        assert.deepEqual([config.os, config.architecture], ['linux', architecture]);
      });

      it('has the annotations of the index, also as labels', () => {
        const { annotations } = layout.index;
        const shared = Object.keys(annotations);
        const pick = (all: { readonly [name: string]: string }) =>
          Object.fromEntries(shared.map((name) => [name, all[name]]));
        assert.deepEqual(pick(manifest.annotations), annotations);
        assert.deepEqual(pick(config.config.Labels), annotations);
      });

      it('was created when its label says', () => {
        const label = config.config.Labels['org.opencontainers.image.created'];
        assert.equal(new Date(config.created).getTime(), new Date(label ?? '').getTime());
      });

      it('contains only programs and libraries for it', () => {
        for (const path of PROGRAMS[target])
          assert.ok(
            files.some((file) => file.path === path),
            path,
          );
        assert.deepEqual(
          files.filter((file) => file.machine !== machine),
          [],
        );
      });

      it('contains the loader of every program', () => {
        const loaders = new Set(files.flatMap((file) => file.loader ?? []));
        assert.deepEqual([...loaders], [loader]);
        assert.ok(
          files.some(({ path }) => path === resolved(rootfs, loader)),
          loader,
        );
      });

      it('contains every library that they need, in a folder of the loader', () => {
        const folders = [`/usr/lib/${dirname(resolved(rootfs, loader)).split('/').pop()}`];
        const missing = files.flatMap(({ path, needed }) =>
          needed
            .filter((name) => !folders.some((folder) => has(rootfs, join(folder, name))))
            .map((name) => `${path}: ${name}`),
        );
        assert.deepEqual(missing, []);
      });

      it('contains no link that leads nowhere', () => {
        const links = readdirSync(rootfs, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isSymbolicLink())
          .map((entry) => join(entry.parentPath, entry.name).slice(rootfs.length));
        assert.deepEqual(
          links.filter((link) => !has(rootfs, link)),
          [],
        );
      });

      it('has the file capabilities that its user needs, and no others', () => {
        assert.deepEqual(capabilities(rootfs), CAPABILITIES[target]);
      });
    });
  }
}

describe('the image proxy-init', () => {
  const layout = published('proxy-init');
  const rootfs: string[] = [];
  before(() => {
    for (const architecture of Object.keys(ARCHITECTURES)) rootfs.push(unpack(layout, architecture));
  });
  after(() => {
    for (const directory of rootfs) rmSync(directory, { recursive: true });
  });

  it('has the same files on every platform', () => {
    const [amd64, arm64] = rootfs.map((directory) =>
      readdirSync(directory, { recursive: true, encoding: 'utf8' })
        .map((path) => path.replace(/(x86_64|aarch64)-linux-gnu/, 'TRIPLET'))
        .filter((path) => !/(^|\/)(lib64|ld-linux-[^/]+)/.test(path))
        .sort(),
    );
    assert.deepEqual(arm64, amd64);
  });

  it('tells scanners its distribution and packages, and ships their licenses', () => {
    for (const directory of rootfs) {
      assert.match(readFileSync(join(directory, 'etc', 'os-release'), 'utf8'), /^ID=debian$/m);
      const packages = readdirSync(join(directory, 'var', 'lib', 'dpkg', 'status.d')).sort();
      assert.deepEqual(readdirSync(join(directory, 'usr', 'share', 'doc')).sort(), packages);
      for (const name of ['dash', 'iptables', 'libc6', 'netcat-openbsd', 'nftables'])
        assert.ok(packages.includes(name), name);
    }
  });
});
