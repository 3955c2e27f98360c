import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SettingsChange, settings } from '../../../test/support/core-cases.js';
import { proxyPorts } from '../settings/proxy-ports.js';
import { resolveDefaults } from '../settings/resolved-settings.js';
import type { JsonObject } from '../values/json.js';
import { initContainer, proxyContainer } from './containers.js';

function containers(change: SettingsChange): { init: JsonObject; proxy: JsonObject } {
  const all = settings(change);
  const injection = resolveDefaults(all);
  return { init: initContainer(all, injection), proxy: proxyContainer(all, injection) };
}

function runAs({ securityContext }: JsonObject): object {
  const { runAsUser, runAsGroup, runAsNonRoot } = securityContext as JsonObject;
  return { runAsUser, runAsGroup, runAsNonRoot };
}

describe('the containers that are added', () => {
  it('start whatever the Pod says of users: each has its own', () => {
    const { init, proxy } = containers({ proxy: { uid: 7, gid: 8 } });
    assert.deepEqual(runAs(init), { runAsUser: 65532, runAsGroup: 65532, runAsNonRoot: true });
    assert.deepEqual(runAs(proxy), { runAsUser: 7, runAsGroup: 8, runAsNonRoot: true });
  });

  it('let the init container be root where the configuration says so, and then do not say otherwise', () => {
    const { init } = containers({
      init: { container: { securityContext: { runAsUser: 0, runAsGroup: 0 } } },
    });
    assert.deepEqual(runAs(init), { runAsUser: 0, runAsGroup: 0, runAsNonRoot: false });
  });

  it('give the init container no more than it needs, and show why it failed', () => {
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

  it('carry no rules for IPv6 where it is disabled', () => {
    const names = (change: SettingsChange) =>
      (containers(change).init.env as { name: string }[]).map(({ name }) => name);
    assert.deepEqual(names({}), ['PROXY_INIT_RULES_IPV4', 'PROXY_INIT_RULES_IPV6']);
    assert.deepEqual(names({ redirect: { ipv6: 'disabled' } }), ['PROXY_INIT_RULES_IPV4']);
  });

  it('keep NET_ADMIN where the configuration adds capabilities', () => {
    const container = { securityContext: { capabilities: { add: ['NET_RAW'] } } };
    const { capabilities } = containers({ init: { container } }).init.securityContext as JsonObject;
    assert.deepEqual(capabilities, { add: ['NET_ADMIN', 'NET_RAW'], drop: ['ALL'] });
  });

  it('take a variable of the configuration for ours of the same name', () => {
    const container = {
      env: [
        { name: 'PROXY_LOG_LEVEL', value: 'trace' },
        { name: 'A', value: 'b' },
      ],
    };
    assert.deepEqual(containers({ proxy: { logLevel: 'info', container } }).proxy.env, container.env);
  });

  it('have the configured ports beside the two of the redirect, TCP where nothing is said', () => {
    const all = settings({ proxy: { container: { ports: [{ containerPort: 9901, name: 'admin' }] } } });
    assert.deepEqual(proxyPorts(all.proxy), [
      { containerPort: 5054, protocol: 'TCP' },
      { containerPort: 5053, protocol: 'UDP' },
      { containerPort: 9901, protocol: 'TCP', name: 'admin' },
    ]);
  });
});
