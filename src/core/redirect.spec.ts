import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SettingsChange, settings } from '../../test/core-cases.js';
import { defaultInjection } from './injection.js';
import { type Family, redirectRules, restoreText } from './redirect.js';

function rulesOf(change: SettingsChange, family: Family = 'ipv4'): string[] {
  const all = settings(change);
  return restoreText(redirectRules(all, defaultInjection(all), family))
    .trimEnd()
    .split('\n');
}

describe('the redirect', () => {
  it('sends all inbound TCP and UDP to the proxy by default', () => {
    assert.deepEqual(rulesOf({}), [
      '*nat',
      ':PROXY_INBOUND - [0:0]',
      '-A PREROUTING -j PROXY_INBOUND',
      '-A PROXY_INBOUND -p tcp -j REDIRECT --to-ports 5054',
      '-A PROXY_INBOUND -p udp -j REDIRECT --to-ports 5053',
      'COMMIT',
    ]);
  });

  it('is the same for IPv6', () => {
    assert.deepEqual(rulesOf({}, 'ipv6'), rulesOf({}, 'ipv4'));
  });

  it('leaves skipped inbound ports alone before it redirects', () => {
    assert.deepEqual(rulesOf({ redirect: { skipInboundPorts: '22,8000-8100' } }).slice(3, 5), [
      '-A PROXY_INBOUND -p tcp -m multiport --dports 22,8000:8100 -j RETURN',
      '-A PROXY_INBOUND -p udp -m multiport --dports 22,8000:8100 -j RETURN',
    ]);
  });

  it('puts at most fifteen ports into one match, a range counting two', () => {
    const ports = Array.from({ length: 16 }, (_, index) => index + 1).join(',');
    const matches = rulesOf({ redirect: { skipInboundPorts: `${ports},20-30,40-50` } }).filter((rule) =>
      rule.includes('-p tcp -m'),
    );
    assert.deepEqual(
      matches.map((rule) => rule.split(' ')[7]),
      ['1,2,3,4,5,6,7,8,9,10,11,12,13,14,15', '16,20:30,40:50'],
    );
  });

  it('redirects outbound TCP only where it is on, and never that of the proxy or of the Pod to itself', () => {
    const redirect = {
      outbound: 'enabled',
      skipOutboundPorts: '25',
      skipOutboundCidrs: '10.0.0.0/8,fd00::/8',
    } as const;
    assert.deepEqual(rulesOf({ redirect }).slice(6), [
      '-A OUTPUT -p tcp -j PROXY_OUTBOUND',
      '-A PROXY_OUTBOUND -m owner --uid-owner 5054 -j RETURN',
      '-A PROXY_OUTBOUND -m owner --gid-owner 5054 -j RETURN',
      '-A PROXY_OUTBOUND -o lo -j RETURN',
      '-A PROXY_OUTBOUND -d 10.0.0.0/8 -j RETURN',
      '-A PROXY_OUTBOUND -p tcp -m multiport --dports 25 -j RETURN',
      '-A PROXY_OUTBOUND -p tcp -j REDIRECT --to-ports 5054',
      'COMMIT',
    ]);
    assert.ok(rulesOf({ redirect }, 'ipv6').includes('-A PROXY_OUTBOUND -d fd00::/8 -j RETURN'));
    assert.ok(!rulesOf({ redirect }, 'ipv6').some((rule) => rule.includes('10.0.0.0')));
  });
});
