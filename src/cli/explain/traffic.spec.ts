import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SettingsChange, settings } from '../../../test/support/core-cases.js';
import { resolveDefaults } from '../../core/settings/resolved-settings.js';
import { describeTraffic } from './traffic.js';

function words(change: SettingsChange): string[] {
  const { redirect } = resolveDefaults(settings(change));
  return describeTraffic(redirect).map(({ traffic, text }) => `${traffic} ${text}`);
}

describe('the redirect, in words', () => {
  it('tells what is redirected by default', () => {
    assert.deepEqual(words({}), [
      'inbound TCP to port 5054',
      'inbound UDP to port 5053',
      'outbound TCP not redirected',
      'outbound DNS not redirected',
      'families ipv4 and ipv6',
    ]);
  });

  it('tells every exception', () => {
    const redirect = {
      inboundUdp: 'disabled',
      skipInboundPorts: '22,8000-8100',
      outbound: 'enabled',
      dns: 'enabled',
      skipOutboundPorts: '443',
      skipOutboundCidrs: '10.0.0.0/8,fd00::/8',
      ipv6: 'disabled',
    } as const;
    assert.deepEqual(words({ redirect, proxy: { container: { ports: [{ containerPort: 15020 }] } } }), [
      'inbound TCP to port 5054, but not to the ports 15020, 22, 8000-8100',
      'inbound UDP not redirected',
      'outbound TCP to port 5054, but not to the ports 443, but not to the addresses 10.0.0.0/8, fd00::/8',
      'outbound DNS to port 5053, but not to the addresses 10.0.0.0/8, fd00::/8',
      'families ipv4',
    ]);
  });

  it('takes DNS for skipped where its port is', () => {
    const redirect = { dns: 'enabled', skipOutboundPorts: '53' } as const;
    assert.ok(words({ redirect }).includes('outbound DNS not redirected'));
  });
});
