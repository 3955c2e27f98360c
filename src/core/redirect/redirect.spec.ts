import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolved, type SettingsChange, settings } from '../../../test/support/core-cases.js';
import { familiesOf } from './redirect.js';
import { type Ruleset, type RuleTool, rulesetOf } from './ruleset.js';

function rulesetFor(change: SettingsChange): Ruleset {
  return rulesetOf(resolved(settings(change)).redirect);
}

/** The rules of one chain of iptables, without `-A CHAIN`; empty if there is no such chain. */
function chain(name: string, change: SettingsChange, tool: RuleTool = 'iptables'): string[] {
  const prefix = `-A ${name} `;
  return (rulesetFor(change)[tool] ?? '')
    .split('\n')
    .filter((rule) => rule.startsWith(prefix))
    .map((rule) => rule.slice(prefix.length));
}

/** The rules of one chain of nftables, without the counter; empty if there is no such chain. */
function nftChain(name: string, change: SettingsChange): string[] {
  const [, body = ''] =
    new RegExp(`chain ${name} {\n([^}]*(?:{[^}]*}[^}]*)*)\n  }`).exec(rulesetFor(change).nft) ?? [];
  return body
    .split('\n')
    .slice(1)
    .map((rule) => rule.trim().replace('counter ', ''));
}

const OUTBOUND = { outbound: 'enabled' } as const;
const DNS = { dns: 'enabled' } as const;
const NOT_FOR_POD = '-m addrtype ! --dst-type LOCAL -j RETURN';

describe('the redirect', () => {
  it('covers all inbound TCP and UDP by default, and no outbound traffic', () => {
    assert.deepEqual(rulesetFor({}).iptables.split('\n'), [
      '*mangle',
      ':PROXY_INVALID - [0:0]',
      '-A PREROUTING -j PROXY_INVALID',
      '-A PROXY_INVALID -m conntrack ! --ctstate INVALID -j RETURN',
      `-A PROXY_INVALID ${NOT_FOR_POD}`,
      '-A PROXY_INVALID -p tcp -m tcp --tcp-flags FIN,RST NONE -j DROP',
      'COMMIT',
      '*nat',
      ':PROXY_INBOUND - [0:0]',
      '-A PREROUTING -j PROXY_INBOUND',
      `-A PROXY_INBOUND ${NOT_FOR_POD}`,
      '-A PROXY_INBOUND -p tcp -j REDIRECT --to-ports 5054',
      '-A PROXY_INBOUND -p udp -j REDIRECT --to-ports 5053',
      'COMMIT',
      '',
    ]);
  });

  it('is the same for nft, as one table that replaces itself', () => {
    assert.deepEqual(rulesetFor({}).nft.split('\n'), [
      'add table inet proxy_injector',
      'delete table inet proxy_injector',
      'table inet proxy_injector {',
      '  chain invalid {',
      '    type filter hook prerouting priority mangle; policy accept;',
      '    ct state != invalid counter return',
      '    fib daddr type != local counter return',
      '    meta l4proto tcp tcp flags & (fin | rst) == 0 counter drop',
      '  }',
      '  chain inbound {',
      '    type nat hook prerouting priority dstnat; policy accept;',
      '    fib daddr type != local counter return',
      '    meta l4proto tcp counter redirect to :5054',
      '    meta l4proto udp counter redirect to :5053',
      '  }',
      '}',
      '',
    ]);
  });

  it('covers only TCP, only UDP, or no inbound traffic if the others are disabled', () => {
    const [tcp, udp] = [{ inboundUdp: 'disabled' }, { inboundTcp: 'disabled' }] as const;
    const inbound = { skipInboundPorts: '22' };
    assert.deepEqual(chain('PROXY_INBOUND', { redirect: { ...inbound, ...tcp } }), [
      NOT_FOR_POD,
      '-p tcp -m multiport --dports 22 -j RETURN',
      '-p tcp -j REDIRECT --to-ports 5054',
    ]);
    assert.deepEqual(chain('PROXY_INBOUND', { redirect: { ...inbound, ...udp } }), [
      NOT_FOR_POD,
      '-p udp -m multiport --dports 22 -j RETURN',
      '-p udp -j REDIRECT --to-ports 5053',
    ]);
    const { nft, iptables } = rulesetFor({ redirect: { ...inbound, ...tcp, ...udp } });
    assert.deepEqual([nft.split('\n').slice(2), iptables], [['table inet proxy_injector {', '}', ''], '']);
  });

  it('covers both families, or only IPv4 if IPv6 is disabled', () => {
    const families = (change: SettingsChange) => familiesOf(resolved(settings(change)).redirect);
    const ipv4 = { redirect: { ipv6: 'disabled' } } as const;
    assert.equal(rulesetFor({}).ip6tables, rulesetFor({}).iptables);
    assert.deepEqual([families({}), families(ipv4)], [['ipv4', 'ipv6'], ['ipv4']]);
    assert.equal(rulesetFor(ipv4).ip6tables, undefined);
    assert.match(rulesetFor(ipv4).nft, /^add table ip proxy_injector\n/);
  });

  it('skips inbound ports before it redirects', () => {
    const change = { redirect: { skipInboundPorts: '22,8000-8100' } };
    assert.deepEqual(chain('PROXY_INBOUND', change).slice(1), [
      '-p tcp -m multiport --dports 22,8000:8100 -j RETURN',
      '-p tcp -j REDIRECT --to-ports 5054',
      '-p udp -m multiport --dports 22,8000:8100 -j RETURN',
      '-p udp -j REDIRECT --to-ports 5053',
    ]);
    assert.deepEqual(nftChain('inbound', change).slice(1), [
      'tcp dport { 22, 8000-8100 } return',
      'meta l4proto tcp redirect to :5054',
      'udp dport { 22, 8000-8100 } return',
      'meta l4proto udp redirect to :5053',
    ]);
  });

  it('skips the other ports of the proxy, each for its protocol', () => {
    const ports = [{ containerPort: 9901 }, { containerPort: 9902, protocol: 'UDP' }];
    assert.deepEqual(chain('PROXY_INBOUND', { proxy: { container: { ports } } }).slice(1), [
      '-p tcp -m multiport --dports 9901 -j RETURN',
      '-p tcp -j REDIRECT --to-ports 5054',
      '-p udp -m multiport --dports 9902 -j RETURN',
      '-p udp -j REDIRECT --to-ports 5053',
    ]);
  });

  it('puts at most 15 ports into one match of iptables, or 7 if one of them is a range, which counts as two', () => {
    const ports = Array.from({ length: 16 }, (_, index) => index + 1).join(',');
    const groups = (skipInboundPorts: string) =>
      chain('PROXY_INBOUND', { redirect: { skipInboundPorts } })
        .filter((rule) => rule.startsWith('-p tcp -m'))
        .map((rule) => rule.split(' ')[5]);
    assert.deepEqual(groups(ports), ['1,2,3,4,5,6,7,8,9,10,11,12,13,14,15', '16']);
    assert.deepEqual(groups(`${ports},20-30,40-50`), [
      '1,2,3,4,5,6,7',
      '8,9,10,11,12,13,14',
      '15,16,20:30,40:50',
    ]);
  });

  it('drops inbound TCP that fits no connection, unless its port or interface is skipped', () => {
    const redirect = { skipInboundPorts: '22', skipInterfaces: 'docker0,veth*' };
    assert.deepEqual(chain('PROXY_INVALID', { redirect }), [
      '-m conntrack ! --ctstate INVALID -j RETURN',
      NOT_FOR_POD,
      '-i docker0 -j RETURN',
      '-i veth+ -j RETURN',
      '-p tcp -m multiport --dports 22 -j RETURN',
      '-p tcp -m tcp --tcp-flags FIN,RST NONE -j DROP',
    ]);
    assert.deepEqual(chain('PROXY_INVALID', { redirect: { dropInvalid: 'disabled' } }), []);
    assert.deepEqual(chain('PROXY_INVALID', { redirect: { inboundTcp: 'disabled' } }), []);
  });

  it('sends alias ports to the app before it skips anything, but only those of the Pod', () => {
    const { redirect } = resolved(
      settings({ redirect: { skipInboundPorts: '22', skipInterfaces: 'docker0', inboundUdp: 'disabled' } }),
    );
    const probeAliases = [
      { alias: 63000, port: 8080 },
      { alias: 63001, port: 9090 },
    ];
    const { nft, iptables, ip6tables } = rulesetOf({ ...redirect, probeAliases });
    assert.deepEqual(
      iptables.split('\n').filter((rule) => rule.startsWith('-A PROXY_INBOUND')),
      [
        `-A PROXY_INBOUND ${NOT_FOR_POD}`,
        '-A PROXY_INBOUND -p tcp -m multiport --dports 63000 -j REDIRECT --to-ports 8080',
        '-A PROXY_INBOUND -p tcp -m multiport --dports 63001 -j REDIRECT --to-ports 9090',
        '-A PROXY_INBOUND -i docker0 -j RETURN',
        '-A PROXY_INBOUND -p tcp -m multiport --dports 22 -j RETURN',
        '-A PROXY_INBOUND -p tcp -j REDIRECT --to-ports 5054',
      ],
    );
    assert.equal(ip6tables, iptables);
    const { nft: without } = rulesetOf(redirect);
    const rules = [63000, 63001].map(
      (alias, index) => `    tcp dport ${alias} counter redirect to :${[8080, 9090][index]}\n`,
    );
    const first =
      '  chain inbound {\n    type nat hook prerouting priority dstnat; policy accept;\n    fib daddr type != local counter return\n';
    assert.equal(nft, without.replace(first, first + rules.join('')));
  });

  it('skips interfaces, in and out', () => {
    const redirect = { ...OUTBOUND, skipInterfaces: 'docker0,veth*' } as const;
    assert.deepEqual(chain('PROXY_INBOUND', { redirect }).slice(1, 3), [
      '-i docker0 -j RETURN',
      '-i veth+ -j RETURN',
    ]);
    assert.deepEqual(chain('PROXY_OUTBOUND', { redirect }).slice(2, 5), [
      '-o lo -j RETURN',
      '-o docker0 -j RETURN',
      '-o veth+ -j RETURN',
    ]);
    assert.deepEqual(nftChain('outbound', { redirect }).slice(2, 5), [
      'oifname "lo" return',
      'oifname "docker0" return',
      'oifname "veth*" return',
    ]);
  });

  it('covers outbound TCP if enabled, except for traffic of the proxy and within the Pod', () => {
    const redirect = {
      ...OUTBOUND,
      skipOutboundPorts: '25',
      skipOutboundCidrs: '10.0.0.0/8,fd00::/8,192.168.0.0/16',
    } as const;
    assert.deepEqual(chain('OUTPUT', { redirect }), ['-j PROXY_OUTBOUND']);
    assert.deepEqual(chain('PROXY_OUTBOUND', { redirect }), [
      '-m owner --uid-owner 5054 -j RETURN',
      '-m owner --gid-owner 5054 -j RETURN',
      '-o lo -j RETURN',
      '-d 10.0.0.0/8 -j RETURN',
      '-d 192.168.0.0/16 -j RETURN',
      '-p tcp -m multiport --dports 25 -j RETURN',
      '-p tcp -j REDIRECT --to-ports 5054',
    ]);
    assert.deepEqual(
      chain('PROXY_OUTBOUND', { redirect }, 'ip6tables').filter((rule) => rule.startsWith('-d')),
      ['-d fd00::/8 -j RETURN'],
    );
    assert.deepEqual(nftChain('outbound', { redirect }), [
      'meta skuid 5054 return',
      'meta skgid 5054 return',
      'oifname "lo" return',
      'ip daddr { 10.0.0.0/8, 192.168.0.0/16 } return',
      'ip6 daddr fd00::/8 return',
      'tcp dport 25 return',
      'meta l4proto tcp redirect to :5054',
    ]);
  });

  it('covers DNS queries if enabled, and tracks those of the proxy apart', () => {
    assert.deepEqual(chain('OUTPUT', { redirect: DNS }), ['-j PROXY_DNS', '-j PROXY_OUTBOUND']);
    assert.deepEqual(chain('PROXY_DNS', { redirect: DNS }), [
      '-p udp -m multiport --dports 53 -m owner --uid-owner 5054 -j CT --zone-orig 1',
      '-p udp -m multiport --dports 53 -m owner --gid-owner 5054 -j CT --zone-orig 1',
    ]);
    assert.deepEqual(nftChain('dns', { redirect: DNS }), [
      'meta skuid 5054 udp dport 53 ct original zone set 1',
      'meta skgid 5054 udp dport 53 ct original zone set 1',
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
    assert.deepEqual(rulesetFor({ redirect }), rulesetFor({}));
  });
});
