import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';
import { ARCHITECTURES, TARGETS } from '../../tools/release/images/images.js';
import { writeStatements } from '../../tools/release/images/statements.js';
import { Registry } from '../support/registry.js';
import { published, RELEASE } from './published.js';

const COSIGN = join(ROOT, '.tools', 'bin', 'cosign');
const SCRIPTS = join(ROOT, 'tools', 'release');
const isInstalled = spawnSync(join(ROOT, 'tools', 'install', 'signing.sh'), ['--check']).status === 0;
/** A release must be signed, so there the tests fail without the tools. */
const skip =
  isInstalled || RELEASE !== undefined ? false : 'it needs cosign and syft: npm run tools -- --release';

describe('the published images', { skip }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'signatures-'));
  const env = { PATH: process.env.PATH, HOME: directory, COSIGN_PASSWORD: 'for tests' };
  let registry: Registry;

  const cosign = (...args: string[]) => spawnSync(COSIGN, args, { cwd: directory, encoding: 'utf8', env });
  const keyPair = (name: string) => {
    const { status, stderr } = cosign('generate-key-pair', '--output-key-prefix', name);
    assert.equal(status, 0, stderr);
  };
  const verify = (command: string, reference: string, key: string, ...options: string[]) =>
    cosign(command, '--key', key, '--insecure-ignore-tlog=true', ...options, reference);
  /** Runs a script that publishes, to the registry. */
  const publish = (script: string, ...args: string[]) =>
    spawnSync(join(SCRIPTS, script), [...args, `${registry.host}/proxy-injector`], {
      encoding: 'utf8',
      env: { ...env, COSIGN_KEY: join(directory, 'ours.key') },
    });
  const statement = (reference: string, type: string) => {
    const { status, stdout, stderr } = verify('verify-attestation', reference, 'ours.pub', '--type', type);
    assert.equal(status, 0, stderr);
    const [line = ''] = stdout.trim().split('\n');
    return JSON.parse(Buffer.from(JSON.parse(line).payload, 'base64').toString()).predicate;
  };
  /** Every image of a target by digest: the index, then the platforms. */
  const references = (target: (typeof TARGETS)[number]) => {
    const { descriptor, index } = published(target);
    return [descriptor, ...index.manifests].map(
      ({ digest }) => `${registry.host}/proxy-injector/${target}@${digest}`,
    );
  };

  before(async () => {
    registry = await Registry.start();
    keyPair('ours');
    keyPair('other');
    const release = RELEASE ?? join(directory, 'release');
    if (RELEASE === undefined) {
      mkdirSync(join(release, 'images'), { recursive: true });
      for (const target of TARGETS) {
        symlinkSync(published(target).directory, join(release, 'images', target));
        writeStatements(release, target, { commit: '0'.repeat(40), epoch: 0, bases: 'published' });
      }
    }
    const { status, stdout, stderr } =
      RELEASE === undefined ? publish('images/publish.sh', release) : publish('publish.sh');
    assert.equal(status, 0, stdout + stderr);
  });
  after(async () => {
    await registry.stop();
    rmSync(directory, { recursive: true });
  });

  for (const target of TARGETS) {
    it(`${target} is signed with our key, and so is every platform`, () => {
      for (const reference of references(target)) {
        const { status, stderr } = verify('verify', reference, 'ours.pub');
        assert.equal(status, 0, stderr);
      }
    });

    it(`${target} is not signed with another key`, () => {
      for (const reference of references(target)) {
        assert.notEqual(verify('verify', reference, 'other.pub').status, 0);
      }
    });

    it(`${target} has a provenance that names the commit and its base images, unless they are stand-ins`, () => {
      const [index = ''] = references(target);
      const { resolvedDependencies, internalParameters } = statement(
        index,
        'slsaprovenance1',
      ).buildDefinition;
      const [source, ...bases] = resolvedDependencies;
      assert.match(source.digest.gitCommit, /^[0-9a-f]{40}$/);
      const pattern = {
        injector: /(?<=^ARG .*NODE=.*@sha256:).*/gm,
        'proxy-init': /(?<=^ARG DEBIAN=.*@sha256:).*/gm,
        agent: /(?<=^ARG .*=.*@sha256:).*/gm,
      };
      const pinned = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').match(pattern[target]);
      assert.deepEqual(
        bases.map(({ digest }: { digest: { sha256: string } }) => digest.sha256),
        internalParameters.bases === 'local' ? [] : pinned,
      );
    });

    it(`${target} lists the packages of every platform`, () => {
      const [, ...platforms] = references(target);
      for (const [index, reference] of platforms.entries()) {
        const { packages } = statement(reference, 'spdxjson');
        const purls = packages.flatMap(
          ({ externalRefs = [] }: { externalRefs?: { referenceLocator: string }[] }) =>
            externalRefs.map(({ referenceLocator }) => referenceLocator),
        );
        const expected = {
          injector: /^pkg:npm\/pino@/,
          'proxy-init': /^pkg:deb\/debian\/nftables@/,
          agent: /^pkg:deb\/debian\/util-linux@/,
        }[target];
        const architecture = target === 'injector' ? '' : ARCHITECTURES[index];
        assert.ok(
          purls.some((purl: string) => expected.test(purl) && purl.includes(`${architecture}`)),
          reference,
        );
      }
    });
  }

  const onlyOfRelease = { skip: RELEASE === undefined && 'only a release has them' };
  it('come with a signed chart', onlyOfRelease, () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const reference = `${registry.host}/proxy-injector/charts/proxy-injector:${version}`;
    const { status, stderr } = verify('verify', reference, 'ours.pub');
    assert.equal(status, 0, stderr);
    assert.notEqual(verify('verify', reference, 'other.pub').status, 0);
  });

  it('come with signed checksums', onlyOfRelease, () => {
    const file = join(RELEASE ?? '', 'checksums.txt');
    const bundle = ['--bundle', `${file}.sigstore.json`];
    const { status, stderr } = verify('verify-blob', file, 'ours.pub', ...bundle);
    assert.equal(status, 0, stderr);
    assert.notEqual(verify('verify-blob', file, 'other.pub', ...bundle).status, 0);
  });

  it('are not replaced by others of the same version', () => {
    const others = join(directory, 'others');
    mkdirSync(join(others, 'images'), { recursive: true });
    symlinkSync(published('injector').directory, join(others, 'images', 'proxy-init'));
    symlinkSync(published('proxy-init').directory, join(others, 'images', 'injector'));
    const { status, stderr } = publish('images/publish.sh', others);
    const [theirs, ours] = [published('proxy-init'), published('injector')].map(
      ({ descriptor }) => descriptor.digest,
    );
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`/injector:.*: expected ${theirs}, or no image yet, got ${ours}`));
  });

  it('do not verify without a signature', () => {
    const reference = `${registry.host}/proxy-injector/unsigned:1`;
    const layout = join(published('proxy-init').directory);
    const options = ['copy', '--quiet', '--all', '--dest-tls-verify=false'];
    assert.equal(spawnSync('skopeo', [...options, `oci:${layout}`, `docker://${reference}`]).status, 0);
    assert.notEqual(verify('verify', reference, 'ours.pub').status, 0);
  });
});
