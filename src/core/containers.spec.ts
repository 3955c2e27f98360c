import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SettingsChange, settings } from '../../test/core-cases.js';
import { initContainer, proxyContainer, proxyPorts } from './containers.js';
import { defaultInjection } from './injection.js';
import type { JsonObject } from './json.js';

function containers(change: SettingsChange): { init: JsonObject; proxy: JsonObject } {
  const all = settings(change);
  const injection = defaultInjection(all);
  return { init: initContainer(all, injection), proxy: proxyContainer(all, injection) };
}

describe('the containers that are added', () => {
  it('start whatever the Pod says of users: each has its own', () => {
    const { init, proxy } = containers({ proxy: { uid: 7, gid: 8 } });
    const { runAsUser, runAsNonRoot } = init.securityContext as JsonObject;
    assert.deepEqual({ runAsUser, runAsNonRoot }, { runAsUser: 0, runAsNonRoot: false });
    const { runAsUser: uid, runAsGroup: gid, runAsNonRoot: nonRoot } = proxy.securityContext as JsonObject;
    assert.deepEqual({ uid, gid, nonRoot }, { uid: 7, gid: 8, nonRoot: true });
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
    assert.deepEqual(proxyPorts(all), [
      { containerPort: 5054, protocol: 'TCP' },
      { containerPort: 5053, protocol: 'UDP' },
      { containerPort: 9901, protocol: 'TCP', name: 'admin' },
    ]);
  });
});
