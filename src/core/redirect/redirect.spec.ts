import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SettingsChange, settings } from '../../../test/support/core-cases.js';
import { resolveDefaults } from '../settings/resolved-settings.js';
import { restoreText } from './iptables.js';
import { type Family, familiesOf, redirectRules } from './redirect.js';

function rulesOf(change: SettingsChange, family: Family = 'ipv4'): string[] {
  const { redirect } = resolveDefaults(settings(change));
  return restoreText(redirectRules(redirect, family)).trimEnd().split('\n');
}

/** Those of one chain, without `-A CHAIN`. */
function chain(name: string, change: SettingsChange, family?: Family): string[] {
  const prefix = `-A ${name} `;
  return rulesOf(change, family)
    .filter((rule) => rule.startsWith(prefix))
    .map((rule) => rule.slice(prefix.length));
}

const OUTBOUND = { outbound: 'enabled' } as const;
const DNS = { dns: 'enabled' } as const;

describe('the redirect', () => {
  it('sends all inbound TCP and UDP to the proxy by default, and nothing that goes out', () => {
    assert.deepEqual(rulesOf({}), [
      '*nat',
      ':PROXY_INBOUND - [0:0]',
      ':PROXY_OUTBOUND - [0:0]',
      '-A PREROUTING -j PROXY_INBOUND',
      '-A PROXY_INBOUND -p tcp -j REDIRECT --to-ports 5054',
      '-A PROXY_INBOUND -p udp -j REDIRECT --to-ports 5053',
      'COMMIT',
    ]);
  });

  it('is of inbound TCP alone, or UDP alone, or neither, where the other is disabled', () => {
    const [tcp, udp] = [{ inboundUdp: 'disabled' }, { inboundTcp: 'disabled' }] as const;
    const inbound = { skipInboundPorts: '22' };
    assert.deepEqual(chain('PROXY_INBOUND', { redirect: { ...inbound, ...tcp } }), [
      '-p tcp -m multiport --dports 22 -j RETURN',
      '-p tcp -j REDIRECT --to-ports 5054',
    ]);
    assert.deepEqual(chain('PROXY_INBOUND', { redirect: { ...inbound, ...udp } }), [
      '-p udp -m multiport --dports 22 -j RETURN',
      '-p udp -j REDIRECT --to-ports 5053',
    ]);
    assert.deepEqual(rulesOf({ redirect: { ...inbound, ...tcp, ...udp } }), [
      '*nat',
      ':PROXY_INBOUND - [0:0]',
      ':PROXY_OUTBOUND - [0:0]',
      'COMMIT',
    ]);
  });

  it('is the same for IPv6', () => {
    assert.deepEqual(rulesOf({}, 'ipv6'), rulesOf({}, 'ipv4'));
  });

  it('is of both families, or of IPv4 alone where IPv6 is disabled', () => {
    const families = (change: SettingsChange) => familiesOf(resolveDefaults(settings(change)).redirect);
    assert.deepEqual(families({}), ['ipv4', 'ipv6']);
    assert.deepEqual(families({ redirect: { ipv6: 'disabled' } }), ['ipv4']);
  });

  it('leaves skipped inbound ports alone before it redirects', () => {
    assert.deepEqual(chain('PROXY_INBOUND', { redirect: { skipInboundPorts: '22,8000-8100' } }), [
      '-p tcp -m multiport --dports 22,8000:8100 -j RETURN',
      '-p tcp -j REDIRECT --to-ports 5054',
      '-p udp -m multiport --dports 22,8000:8100 -j RETURN',
      '-p udp -j REDIRECT --to-ports 5053',
    ]);
  });

  it('leaves the further ports of the proxy alone, each in its protocol', () => {
    const ports = [{ containerPort: 9901 }, { containerPort: 9902, protocol: 'UDP' }];
    assert.deepEqual(chain('PROXY_INBOUND', { proxy: { container: { ports } } }), [
      '-p tcp -m multiport --dports 9901 -j RETURN',
      '-p tcp -j REDIRECT --to-ports 5054',
      '-p udp -m multiport --dports 9902 -j RETURN',
      '-p udp -j REDIRECT --to-ports 5053',
    ]);
  });

  it('puts at most fifteen ports into one match, a range counting two', () => {
    const ports = Array.from({ length: 16 }, (_, index) => index + 1).join(',');
    const matches = chain('PROXY_INBOUND', { redirect: { skipInboundPorts: `${ports},20-30,40-50` } });
    assert.deepEqual(
      matches.filter((rule) => rule.startsWith('-p tcp -m')).map((rule) => rule.split(' ')[5]),
      ['1,2,3,4,5,6,7,8,9,10,11,12,13,14,15', '16,20:30,40:50'],
    );
  });

  it('redirects outbound TCP only where it is on, and never that of the proxy or of the Pod to itself', () => {
    const redirect = {
      ...OUTBOUND,
      skipOutboundPorts: '25',
      skipOutboundCidrs: '10.0.0.0/8,fd00::/8',
    } as const;
    assert.deepEqual(chain('OUTPUT', { redirect }), ['-p tcp -j PROXY_OUTBOUND']);
    assert.deepEqual(chain('PROXY_OUTBOUND', { redirect }), [
      '-m owner --uid-owner 5054 -j RETURN',
      '-m owner --gid-owner 5054 -j RETURN',
      '-o lo -j RETURN',
      '-d 10.0.0.0/8 -j RETURN',
      '-p tcp -m multiport --dports 25 -j RETURN',
      '-p tcp -j REDIRECT --to-ports 5054',
    ]);
    assert.ok(chain('PROXY_OUTBOUND', { redirect }, 'ipv6').includes('-d fd00::/8 -j RETURN'));
    assert.ok(!rulesOf({ redirect }, 'ipv6').some((rule) => rule.includes('10.0.0.0')));
  });

  it('redirects DNS queries by a setting of their own', () => {
    assert.deepEqual(chain('OUTPUT', { redirect: DNS }), [
      '-p udp -m multiport --dports 53 -j PROXY_OUTBOUND',
    ]);
    assert.deepEqual(chain('PROXY_OUTBOUND', { redirect: DNS }), [
      '-m owner --uid-owner 5054 -j RETURN',
      '-m owner --gid-owner 5054 -j RETURN',
      '-o lo -j RETURN',
      '-p udp -m multiport --dports 53 -j REDIRECT --to-ports 5053',
    ]);
  });

  it('redirects DNS queries beside outbound TCP', () => {
    assert.deepEqual(chain('PROXY_OUTBOUND', { redirect: { ...OUTBOUND, ...DNS } }).slice(3), [
      '-p tcp -j REDIRECT --to-ports 5054',
      '-p udp -m multiport --dports 53 -j REDIRECT --to-ports 5053',
    ]);
  });

  it('leaves DNS queries alone where their port is skipped', () => {
    const redirect = { ...DNS, skipOutboundPorts: '1-100' };
    assert.deepEqual(rulesOf({ redirect }), rulesOf({}));
  });
});
