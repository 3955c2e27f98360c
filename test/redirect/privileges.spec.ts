import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import type { JsonObject } from '../../src/core/values/json.js';
import { injectedInit, withCapabilities } from './init-container.js';
import { natTable } from './nat-table.js';
import { Network } from './network.js';
import { IMAGE, type RunOptions, runContainer } from './runtime.js';

const init = injectedInit();

/** The configurations that docs/guides/redirect.md shows. */
const LEGACY = 'init: {container: {securityContext: {capabilities: {add: [NET_RAW]}}}}';
const AS_ROOT = 'init: {container: {securityContext: {runAsUser: 0, runAsGroup: 0}}}';

/** What a Pod may say of itself; the container says all that matters itself. */
const POD_SECURITY_CONTEXTS: readonly JsonObject[] = [
  { runAsNonRoot: true },
  { runAsUser: 1000, runAsGroup: 1000, runAsNonRoot: true, fsGroup: 2000, supplementalGroups: [3000] },
  { runAsUser: 0, runAsNonRoot: false },
  { seccompProfile: { type: 'Unconfined' } },
];

describe('the privileges of the init container', () => {
  let network: Network;
  beforeEach(() => {
    network = Network.create();
  });
  afterEach(() => network.remove());

  const run = (container = init, options: Partial<RunOptions> = {}) => {
    const { status, stdout, stderr } = runContainer(container, { network: network.podPath, ...options });
    return { status, message: stderr || stdout };
  };
  const isRedirected = () => natTable(network, 'nft').ipv4.length > 0;

  it('are enough: NET_ADMIN, no root, no new privileges, a read-only file system, RuntimeDefault', () => {
    const { readOnlyRootFilesystem, allowPrivilegeEscalation, runAsNonRoot, seccompProfile, capabilities } =
      init.securityContext;
    assert.deepEqual(
      { readOnlyRootFilesystem, allowPrivilegeEscalation, runAsNonRoot, seccompProfile, capabilities },
      {
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
        capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] },
      },
    );
    assert.equal(run().status, 0);
    assert.ok(isRedirected());
  });

  it('are not enough without NET_ADMIN, whatever else there is', () => {
    for (const others of [[], ['NET_RAW'], ['SYS_ADMIN', 'NET_BIND_SERVICE', 'DAC_OVERRIDE']]) {
      assert.deepEqual(run(withCapabilities(init, ...others)), {
        status: 3,
        message:
          'proxy-init: the capability NET_ADMIN: expected it in securityContext.capabilities.add, got a container without it\n',
      });
    }
    assert.ok(!isRedirected());
  });

  it('have to hold NET_RAW as well where the kernel has legacy iptables alone, and the runner says so', () => {
    const { status, message } = run(init, { kernel: 'legacy' });
    assert.equal(status, 4);
    assert.match(
      message,
      /^ {2}legacy: was not tried, because it needs the capability NET_RAW beside NET_ADMIN$/m,
    );
    assert.equal(run(injectedInit({ config: LEGACY }), { kernel: 'legacy' }).status, 0);
    assert.ok(natTable(network, 'legacy').ipv4.length > 0);
  });

  it('are those of a user of its own, or of root where that is configured', () => {
    assert.equal(init.securityContext.runAsUser, 65532);
    assert.equal(run(injectedInit({ config: AS_ROOT })).status, 0);
    assert.ok(isRedirected());
  });

  for (const podSecurityContext of POD_SECURITY_CONTEXTS) {
    it(`hold whatever the Pod says: ${JSON.stringify(podSecurityContext)}`, () => {
      assert.equal(run(injectedInit({ podSecurityContext })).status, 0);
      assert.ok(isRedirected());
    });
  }

  it('do not come through where the runtime leaves them to root, and the runner says so', () => {
    const { status, message } = run(init, { boundingAlone: true });
    assert.equal(status, 3);
    assert.match(
      message,
      /the container runtime \(cri-dockerd\) hands capabilities to root alone; run it as root/,
    );
    assert.equal(run(injectedInit({ config: AS_ROOT }), { boundingAlone: true }).status, 0);
  });

  it('come with the files of the image, and the runner says so when a copy of it has lost them', () => {
    const rootfs = mkdtempSync(join(tmpdir(), 'without-capabilities-'));
    after(() => rmSync(rootfs, { recursive: true }));
    cpSync(IMAGE.rootfs, rootfs, { recursive: true, verbatimSymlinks: true });
    chmodSync(rootfs, 0o755);
    const { status, message } = run(init, { rootfs });
    assert.equal(status, 3);
    assert.match(
      message,
      /NET_ADMIN was granted and did not come through: either the image was copied without its file capabilities/,
    );
    assert.equal(run(injectedInit({ config: AS_ROOT }), { rootfs }).status, 0);
  });
});
