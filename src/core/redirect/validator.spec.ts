import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolved, type SettingsChange, settings } from '../../../test/support/core-cases.js';
import { nodeRulesetOf, rulesetOf } from './ruleset.js';
import { VALIDATOR_PORT } from './validator.js';

function redirectOf(change: SettingsChange['redirect'] = {}) {
  return resolved(settings({ redirect: { ...change } })).redirect;
}

const PROBE = `-o lo -p tcp -m multiport --dports 1 -j REDIRECT --to-ports ${VALIDATOR_PORT}`;
const ALL_DISABLED = { inboundTcp: 'disabled', inboundUdp: 'disabled' } as const;

describe('the rules of node mode', () => {
  it('answer the validator before any other outbound rule', () => {
    const redirect = redirectOf({ outbound: 'enabled', dns: 'enabled' });
    const { iptables, ip6tables = '', nft } = nodeRulesetOf(redirect);
    const outbound = (text: string) =>
      text.split('\n').filter((line) => line.startsWith('-A PROXY_OUTBOUND '));
    assert.equal(outbound(iptables)[0], `-A PROXY_OUTBOUND -d 127.0.0.6/32 ${PROBE}`);
    assert.equal(outbound(ip6tables)[0], `-A PROXY_OUTBOUND -d ::1/128 ${PROBE}`);
    assert.deepEqual(
      nft
        .slice(nft.indexOf('chain outbound'))
        .split('\n')
        .slice(2, 5)
        .map((line) => line.trim()),
      [
        'ip daddr 127.0.0.6/32 oifname "lo" tcp dport 1 counter redirect to :61054',
        'ip6 daddr ::1/128 oifname "lo" tcp dport 1 counter redirect to :61054',
        'meta skuid 5054 counter return',
      ],
    );
  });

  it('are otherwise those of the Pod', () => {
    const redirect = redirectOf({ outbound: 'enabled', dns: 'enabled', skipInboundPorts: '22' });
    const withoutProbe = (text = '') =>
      text
        .split('\n')
        .filter((line) => !line.includes(String(VALIDATOR_PORT)))
        .join('\n');
    const { nft, iptables, ip6tables } = nodeRulesetOf(redirect);
    assert.deepEqual(
      { nft: withoutProbe(nft), iptables: withoutProbe(iptables), ip6tables: withoutProbe(ip6tables) },
      rulesetOf(redirect),
    );
  });

  it('answer the validator even if outbound traffic, or all traffic, is not redirected', () => {
    const { iptables } = nodeRulesetOf(redirectOf());
    assert.ok(
      iptables.endsWith(
        `-A PROXY_INBOUND -p udp -j REDIRECT --to-ports 5053\n-A PROXY_OUTBOUND -d 127.0.0.6/32 ${PROBE}\nCOMMIT\n`,
      ),
    );
    const nothing = nodeRulesetOf(redirectOf(ALL_DISABLED));
    const lines = (destination: string) => [
      '*nat',
      ':PROXY_OUTBOUND - [0:0]',
      '-A OUTPUT -j PROXY_OUTBOUND',
      `-A PROXY_OUTBOUND -d ${destination} ${PROBE}`,
      'COMMIT',
      '',
    ];
    assert.deepEqual(nothing.iptables.split('\n'), lines('127.0.0.6/32'));
    assert.deepEqual(nothing.ip6tables?.split('\n'), lines('::1/128'));
    assert.match(
      nothing.nft,
      /chain outbound \{\n {4}type nat hook output priority -100; policy accept;\n {4}ip daddr/,
    );
  });

  it('are for IPv4 alone if IPv6 is disabled', () => {
    const { nft, ip6tables } = nodeRulesetOf(redirectOf({ ipv6: 'disabled' }));
    assert.equal(ip6tables, undefined);
    assert.ok(!nft.includes('::1'));
    assert.match(nft, /^add table ip proxy_injector\n.* ip daddr 127.0.0.6\/32 /s);
  });
});
