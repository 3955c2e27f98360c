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

/** The rules of one chain, without `-A CHAIN`. */
function chain(name: string, change: SettingsChange, family?: Family): string[] {
  const prefix = `-A ${name} `;
  return rulesOf(change, family)
    .filter((rule) => rule.startsWith(prefix))
    .map((rule) => rule.slice(prefix.length));
}

const OUTBOUND = { outbound: 'enabled' } as const;
const DNS = { dns: 'enabled' } as const;

describe('the redirect', () => {
  it('covers all inbound TCP and UDP by default, and no outbound traffic', () => {
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

  it('covers only TCP, only UDP, or no inbound traffic if the others are disabled', () => {
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

  it('covers both families, or only IPv4 if IPv6 is disabled', () => {
    const families = (change: SettingsChange) => familiesOf(resolveDefaults(settings(change)).redirect);
    assert.deepEqual(families({}), ['ipv4', 'ipv6']);
    assert.deepEqual(families({ redirect: { ipv6: 'disabled' } }), ['ipv4']);
  });

  it('skips inbound ports before it redirects', () => {
    assert.deepEqual(chain('PROXY_INBOUND', { redirect: { skipInboundPorts: '22,8000-8100' } }), [
      '-p tcp -m multiport --dports 22,8000:8100 -j RETURN',
      '-p tcp -j REDIRECT --to-ports 5054',
      '-p udp -m multiport --dports 22,8000:8100 -j RETURN',
      '-p udp -j REDIRECT --to-ports 5053',
    ]);
  });

  it('skips the other ports of the proxy, each for its protocol', () => {
    const ports = [{ containerPort: 9901 }, { containerPort: 9902, protocol: 'UDP' }];
    assert.deepEqual(chain('PROXY_INBOUND', { proxy: { container: { ports } } }), [
      '-p tcp -m multiport --dports 9901 -j RETURN',
      '-p tcp -j REDIRECT --to-ports 5054',
      '-p udp -m multiport --dports 9902 -j RETURN',
      '-p udp -j REDIRECT --to-ports 5053',
    ]);
  });

  it('puts at most 15 ports into one match, where a range counts as two', () => {
    const ports = Array.from({ length: 16 }, (_, index) => index + 1).join(',');
    const matches = chain('PROXY_INBOUND', { redirect: { skipInboundPorts: `${ports},20-30,40-50` } });
    assert.deepEqual(
      matches.filter((rule) => rule.startsWith('-p tcp -m')).map((rule) => rule.split(' ')[5]),
      ['1,2,3,4,5,6,7,8,9,10,11,12,13,14,15', '16,20:30,40:50'],
    );
  });

  it('covers outbound TCP if enabled, except for traffic of the proxy and within the Pod', () => {
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

  it('covers DNS queries if enabled', () => {
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

  it('covers both outbound TCP and DNS queries', () => {
    assert.deepEqual(chain('PROXY_OUTBOUND', { redirect: { ...OUTBOUND, ...DNS } }).slice(3), [
      '-p tcp -j REDIRECT --to-ports 5054',
      '-p udp -m multiport --dports 53 -j REDIRECT --to-ports 5053',
    ]);
  });

  it('skips DNS queries if port 53 is skipped', () => {
    const redirect = { ...DNS, skipOutboundPorts: '1-100' };
    assert.deepEqual(rulesOf({ redirect }), rulesOf({}));
  });
});
