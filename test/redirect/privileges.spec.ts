import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import type { JsonObject } from '../../src/core/values/json.js';
import { injectedInit, withCapabilities } from './init-container.js';
import { redirectIn } from './testbed/backends.js';
import { Network } from './testbed/network.js';
import { copyOfRootfs, type RunOptions, runContainer } from './testbed/runtime.js';

const init = injectedInit();

/** The configurations in docs/guides/redirect.md. */
const LEGACY = 'init: {container: {securityContext: {capabilities: {add: [NET_RAW]}}}}';
const AS_ROOT = 'init: {container: {securityContext: {runAsUser: 0, runAsGroup: 0}}}';

/** Security contexts of Pods. The init container overrides everything that matters to it. */
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
  const isRedirected = () => redirectIn(network).length > 0;

  it('are NET_ADMIN, no root, no new privileges, a read-only file system, RuntimeDefault, and suffice', () => {
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

  it('do not suffice without NET_ADMIN, whatever else is granted', () => {
    for (const others of [[], ['NET_RAW'], ['SYS_ADMIN', 'NET_BIND_SERVICE', 'DAC_OVERRIDE']]) {
      assert.deepEqual(run(withCapabilities(init, ...others)), {
        status: 3,
        message:
          'proxy-init: securityContext.capabilities.add: expected NET_ADMIN, got a container without it\n',
      });
    }
    assert.ok(!isRedirected());
  });

  it('must include NET_RAW if the kernel only has legacy iptables, and the message says so', () => {
    const { status, message } = run(init, { kernel: 'legacy' });
    assert.equal(status, 4);
    assert.match(
      message,
      /^ {2}iptables-legacy: not tried: needs the capability NET_RAW in addition to NET_ADMIN$/m,
    );
    assert.equal(run(injectedInit({ config: LEGACY }), { kernel: 'legacy' }).status, 0);
    assert.ok(isRedirected());
  });

  it('are those of a dedicated user, or of root if so configured', () => {
    assert.equal(init.securityContext.runAsUser, 65532);
    assert.equal(run(injectedInit({ config: AS_ROOT })).status, 0);
    assert.ok(isRedirected());
  });

  it("suffice as the last user of an OpenShift namespace's range, whose traffic the rules spare", () => {
    const container = injectedInit({
      config: 'proxy: {uid: namespace, gid: namespace}\nredirect: {outbound: enabled, dns: enabled}',
      namespace: { 'openshift.io/sa.scc.uid-range': '1000650000/10000' },
    });
    const { runAsUser, runAsGroup } = container.securityContext;
    assert.deepEqual({ runAsUser, runAsGroup }, { runAsUser: 1000659999, runAsGroup: 1000659999 });
    assert.equal(run(container).status, 0);
    for (const owner of ['skuid', 'skgid']) {
      const spared = new RegExp(`meta ${owner} 1000659999 .*return`);
      assert.ok(
        redirectIn(network).some((rule) => spared.test(rule)),
        owner,
      );
    }
  });

  for (const podSecurityContext of POD_SECURITY_CONTEXTS) {
    it(`do not depend on the Pod's securityContext: ${JSON.stringify(podSecurityContext)}`, () => {
      assert.equal(run(injectedInit({ podSecurityContext })).status, 0);
      assert.ok(isRedirected());
    });
  }

  it('fail with a message if the container runtime grants capabilities to root only', () => {
    const { status, message } = run(init, { boundingAlone: true });
    assert.equal(status, 3);
    assert.match(
      message,
      /the container runtime \(cri-dockerd\) grants capabilities to root only; run the container as root/,
    );
    assert.equal(run(injectedInit({ config: AS_ROOT }), { boundingAlone: true }).status, 0);
  });

  it('fail with a message if a copy of the image has lost its file capabilities', () => {
    const rootfs = copyOfRootfs();
    after(() => rmSync(rootfs, { recursive: true }));
    const { status, message } = run(init, { rootfs });
    assert.equal(status, 3);
    assert.match(
      message,
      /NET_ADMIN was granted but did not reach the process: either the image was copied without its file capabilities/,
    );
    assert.equal(run(injectedInit({ config: AS_ROOT }), { rootfs }).status, 0);
  });
});
