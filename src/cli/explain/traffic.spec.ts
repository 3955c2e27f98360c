import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolved, type SettingsChange, settings } from '../../../test/support/core-cases.js';
import { describeTraffic } from './traffic.js';

function described(change: SettingsChange): string[] {
  return describeTraffic(resolved(settings(change))).map(({ traffic, text }) => `${traffic} ${text}`);
}

describe('describeTraffic', () => {
  it('describes the default redirect', () => {
    assert.deepEqual(described({}), [
      'applied by init-iptables',
      'inbound TCP to port 5054',
      'inbound UDP to port 5053',
      'outbound TCP not redirected',
      'outbound DNS not redirected',
      'families ipv4 and ipv6',
    ]);
  });

  it('lists every exception', () => {
    const redirect = {
      inboundUdp: 'disabled',
      skipInboundPorts: '22,8000-8100',
      outbound: 'enabled',
      dns: 'enabled',
      skipOutboundPorts: '443',
      skipOutboundCidrs: '10.0.0.0/8,fd00::/8',
      skipInterfaces: 'docker-0',
      ipv6: 'disabled',
    } as const;
    assert.deepEqual(described({ redirect, proxy: { container: { ports: [{ containerPort: 15020 }] } } }), [
      'applied by init-iptables',
      'inbound TCP to port 5054, except ports 15020, 22, 8000-8100 and interface docker-0',
      'inbound UDP not redirected',
      'outbound TCP to port 5054, except port 443 and CIDRs 10.0.0.0/8, fd00::/8 and interface docker-0',
      'outbound DNS to port 5053, except CIDRs 10.0.0.0/8, fd00::/8 and interface docker-0',
      'families ipv4',
    ]);
  });

  it('lists the alias ports of probes', () => {
    const all = resolved(settings());
    const probeAliases = [
      { alias: 63000, port: 8080 },
      { alias: 63001, port: 9090 },
    ];
    assert.deepEqual(describeTraffic({ ...all, redirect: { ...all.redirect, probeAliases } })[2], {
      traffic: 'probes',
      text: "port 63000 to the app's port 8080, port 63001 to the app's port 9090",
    });
  });

  it('says that the node applies it', () => {
    assert.equal(
      described({ redirect: { by: 'node' }, proxy: { mode: 'native' } })[0],
      'applied by the agent on the node, for which init-iptables waits',
    );
  });

  it('does not redirect DNS if port 53 is skipped', () => {
    const redirect = { dns: 'enabled', skipOutboundPorts: '53' } as const;
    assert.ok(described({ redirect }).includes('outbound DNS not redirected'));
  });
});
