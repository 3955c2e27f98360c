import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolved, type SettingsChange, settings } from '../../../test/support/core-cases.js';
import { proxyPorts } from '../settings/proxy-ports.js';
import type { JsonObject } from '../values/json.js';
import { initContainer, proxyContainer } from './containers.js';

function containers(change: SettingsChange, namespace = {}): { init: JsonObject; proxy: JsonObject } {
  const all = settings(change);
  const ofPod = resolved(all, namespace);
  return { init: initContainer(all, ofPod), proxy: proxyContainer(all, ofPod) };
}

function runAs({ securityContext }: JsonObject): object {
  const { runAsUser, runAsGroup, runAsNonRoot } = securityContext as JsonObject;
  return { runAsUser, runAsGroup, runAsNonRoot };
}

describe('the added containers', () => {
  it('run as users of their own, whatever the Pod sets', () => {
    const { init, proxy } = containers({ proxy: { uid: 7, gid: 8 } });
    assert.deepEqual(runAs(init), { runAsUser: 65532, runAsGroup: 65532, runAsNonRoot: true });
    assert.deepEqual(runAs(proxy), { runAsUser: 7, runAsGroup: 8, runAsNonRoot: true });
  });

  it("run as the namespace's user and group if the proxy does, so that all IDs are in its ranges", () => {
    const namespace = {
      'openshift.io/sa.scc.uid-range': '1000650000/10000',
      'openshift.io/sa.scc.supplemental-groups': '1000640000/10000',
    };
    const both = containers({ proxy: { uid: 'namespace', gid: 'namespace' } }, namespace);
    for (const container of [both.init, both.proxy]) {
      const expected = { runAsUser: 1000659999, runAsGroup: 1000649999, runAsNonRoot: true };
      assert.deepEqual(runAs(container), expected);
    }
    const { init, proxy } = containers({ proxy: { uid: 'namespace' } }, namespace);
    assert.deepEqual(runAs(init), { runAsUser: 1000659999, runAsGroup: 65532, runAsNonRoot: true });
    assert.deepEqual(runAs(proxy), { runAsUser: 1000659999, runAsGroup: 5054, runAsNonRoot: true });
  });

  it('allow the configuration to run the init container as another user than that of the namespace', () => {
    const { init } = containers(
      {
        proxy: { uid: 'namespace', gid: 'namespace' },
        init: { container: { securityContext: { runAsUser: 0, runAsGroup: 0 } } },
      },
      { 'openshift.io/sa.scc.uid-range': '1000650000/10000' },
    );
    assert.deepEqual(runAs(init), { runAsUser: 0, runAsGroup: 0, runAsNonRoot: false });
  });

  it('allow the configuration to run the init container as root', () => {
    const { init } = containers({
      init: { container: { securityContext: { runAsUser: 0, runAsGroup: 0 } } },
    });
    assert.deepEqual(runAs(init), { runAsUser: 0, runAsGroup: 0, runAsNonRoot: false });
  });

  it('give the init container only the privileges that it needs, and show its log if it fails', () => {
    const { securityContext, terminationMessagePolicy } = containers({}).init;
    assert.deepEqual(securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
      capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] },
    });
    assert.equal(terminationMessagePolicy, 'FallbackToLogsOnError');
  });

  it('have no IPv6 rules if IPv6 is disabled', () => {
    const names = (change: SettingsChange) =>
      (containers(change).init.env as { name: string }[]).map(({ name }) => name);
    const ipv4 = ['PROXY_INIT_RULES_NFT', 'PROXY_INIT_RULES_IPV4'];
    assert.deepEqual(names({}), [...ipv4, 'PROXY_INIT_RULES_IPV6']);
    assert.deepEqual(names({ redirect: { ipv6: 'disabled' } }), ipv4);
  });

  it('keep NET_ADMIN if the configuration adds capabilities', () => {
    const container = { securityContext: { capabilities: { add: ['NET_RAW'] } } };
    const { capabilities } = containers({ init: { container } }).init.securityContext as JsonObject;
    assert.deepEqual(capabilities, { add: ['NET_ADMIN', 'NET_RAW'], drop: ['ALL'] });
  });

  describe('in node mode', () => {
    const NODE = { mode: 'native' } as const;
    const validator = (redirect: SettingsChange['redirect'], init: SettingsChange['init'] = {}) =>
      containers({ proxy: NODE, redirect: { by: 'node', ...redirect }, init }).init;

    it('have a validator that waits for the redirect of both families, without rules or capabilities', () => {
      const { args, env, securityContext, terminationMessagePolicy } = validator({});
      assert.deepEqual(args, ['wait-for-node-agent']);
      assert.deepEqual(env, [{ name: 'PROXY_INIT_FAMILIES', value: 'ipv4 ipv6' }]);
      assert.deepEqual(securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
        capabilities: { drop: ['ALL'] },
      });
      assert.equal(terminationMessagePolicy, 'FallbackToLogsOnError');
    });

    it('do not wait for IPv6 if it is disabled', () => {
      assert.deepEqual(validator({ ipv6: 'disabled' }).env, [{ name: 'PROXY_INIT_FAMILIES', value: 'ipv4' }]);
    });

    it('keep what the configuration adds to the init container, but no other command', () => {
      const container = { args: ['other'], env: [{ name: 'A', value: 'b' }], tty: true };
      const { args, env, tty } = validator({}, { container });
      assert.deepEqual([args, tty], [['wait-for-node-agent'], true]);
      assert.deepEqual((env as object[])[1], { name: 'A', value: 'b' });
    });
  });

  it('have the configured environment variables after their own, which win', () => {
    const level = { name: 'PROXY_LOG_LEVEL', value: 'trace' };
    const other = { name: 'A', value: 'b' };
    const container = { env: [other, level] };
    assert.deepEqual(containers({ proxy: { container } }).proxy.env, [other, level]);
    assert.deepEqual(containers({ proxy: { logLevel: 'info', container } }).proxy.env, [
      { name: 'PROXY_LOG_LEVEL', value: 'info' },
      other,
    ]);
  });

  it('have the configured ports after those of the redirect, with TCP as the default protocol', () => {
    const all = settings({ proxy: { container: { ports: [{ containerPort: 9901, name: 'admin' }] } } });
    assert.deepEqual(proxyPorts(all.proxy), [
      { containerPort: 5054, protocol: 'TCP' },
      { containerPort: 5053, protocol: 'UDP' },
      { containerPort: 9901, protocol: 'TCP', name: 'admin' },
    ]);
  });
});
