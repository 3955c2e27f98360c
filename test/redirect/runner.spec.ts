import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { MAX_PARTS } from '../../src/core/values/value-type.js';
import { ROOT } from '../../tools/checkout.js';
import { injectedInit, withCapabilities } from './init-container.js';
import { LONGEST } from './longest-annotations.js';
import { addRules, applyWith, BACKENDS, redirectIn, savedRules, withRules } from './testbed/backends.js';
import { Network } from './testbed/network.js';
import { copyOfRootfs, type InitContainer, runContainer } from './testbed/runtime.js';

const EVERYTHING = injectedInit({
  env: { INJECTOR_REDIRECT_DNS: 'enabled' },
  annotations: { 'proxy-injection/outbound': 'enabled', 'proxy-injection/skip-inbound-ports': '22' },
});
const AS_ROOT = injectedInit({
  config: 'init: {container: {securityContext: {runAsUser: 0, runAsGroup: 0}}}',
});
const IPV4_ALONE = injectedInit({ env: { INJECTOR_REDIRECT_IPV6: 'disabled' } });

/** The memory limit in values.yaml. */
const CHART_MIB = Number(
  /\n {2}init:[\s\S]*?limits: \{ memory: (\d+)Mi \}/.exec(
    readFileSync(join(ROOT, 'helm', 'proxy-injector', 'values.yaml'), 'utf8'),
  )?.[1],
);

/** Rules of other software in the Pod. */
const OTHERS = [
  ':VPN - [0:0]',
  '-A OUTPUT -p tcp -m tcp --dport 7 -m statistic --mode random --probability 0.50000000000 -j REDIRECT --to-ports 9',
  '-A PREROUTING -p tcp -m tcp --dport 1234 -m comment --comment "a \\"b\\" c" -j VPN',
  '-A VPN -j RETURN',
];

/** The table and the family in which the last rule fails. */
const FAULTS = [
  ['raw', 'IPV4'],
  ['mangle', 'IPV4'],
  ['nat', 'IPV4'],
  ['raw', 'IPV6'],
  ['mangle', 'IPV6'],
  ['nat', 'IPV6'],
] as const;

for (const backend of BACKENDS) {
  describe(`the runner with ${backend}`, () => {
    let network: Network;
    beforeEach(() => {
      network = Network.create();
    });
    afterEach(() => network.remove());

    const apply = (init: InitContainer) => applyWith(backend, init, network);

    it('applies the rules of both families and logs it', () => {
      const { status, stdout, stderr } = apply(injectedInit());
      assert.deepEqual([status, stderr], [0, '']);
      assert.equal(stdout.split('\n')[0], `proxy-init: redirected IPv4 and IPv6 with ${backend}`);
      const text = redirectIn(network).join('\n');
      const families = backend === 'nft' ? ['table inet '] : ['ipv4 nat -A ', 'ipv6 nat -A '];
      for (const part of families) assert.ok(text.includes(part), text);
    });

    it('logs why it did not use the backends before', () => {
      const before = BACKENDS.slice(0, BACKENDS.indexOf(backend));
      const [, ...reasons] = apply(injectedInit()).stdout.trimEnd().split('\n');
      const named = reasons
        .map((line) => /^ {2}([\w-]+): ./.exec(line)?.[1])
        .filter((name) => name !== undefined);
      assert.deepEqual(named, before);
    });

    it('leaves the same rules when it runs again', () => {
      apply(EVERYTHING);
      const once = redirectIn(network);
      assert.notDeepEqual(once, []);
      for (let run = 0; run < 2; run += 1) assert.equal(apply(EVERYTHING).status, 0);
      assert.deepEqual(redirectIn(network), once);
    });

    it('leaves other rules alone', () => {
      addRules(network, backend, OTHERS);
      const theirs = savedRules(network, backend);
      assert.equal(theirs.length, OTHERS.length);
      for (let run = 0; run < 2; run += 1) assert.equal(apply(EVERYTHING).status, 0);
      assert.deepEqual(
        savedRules(network, backend).filter((line) => !line.includes('PROXY_')),
        theirs,
      );
    });

    it('redirects only IPv4 if no interface but lo has IPv6, and logs it', () => {
      network.setInPod('net/ipv6/conf/all/disable_ipv6', '1');
      network.setInPod('net/ipv6/conf/lo/disable_ipv6', '0');
      const { status, stdout } = apply(injectedInit());
      const [log] = stdout.split('\n');
      assert.deepEqual(
        [status, log],
        [0, `proxy-init: redirected IPv4 with ${backend}; IPv6 is disabled in this Pod`],
      );
    });

    it('redirects IPv6 if any interface has it', () => {
      for (const device of ['default', 'eth0']) network.setInPod(`net/ipv6/conf/${device}/disable_ipv6`, '1');
      network.addInterface('net1');
      network.setInPod('net/ipv6/conf/net1/disable_ipv6', '0');
      assert.match(apply(injectedInit()).stdout, /redirected IPv4 and IPv6/);
    });

    it('redirects only IPv4 if the configuration disables IPv6, and logs it', () => {
      const { status, stdout } = apply(IPV4_ALONE);
      const [log] = stdout.split('\n');
      assert.deepEqual([status, log], [0, `proxy-init: redirected IPv4 with ${backend}; no rules for IPv6`]);
      assert.doesNotMatch(redirectIn(network).join('\n'), /inet|ipv6/);
    });

    it('accepts the longest lists that an annotation may have, with half the memory that the chart allows', () => {
      const init = injectedInit({ annotations: LONGEST });
      const { status, stdout, stderr } = applyWith(backend, init, network, { memoryMib: CHART_MIB / 2 });
      assert.deepEqual([status, stderr], [0, '']);
      assert.ok(stdout.includes(`with ${backend}`), stdout);
      assert.equal(
        redirectIn(network)
          .join('\n')
          .match(/1234:5678:9abc:def0/g)?.length,
        MAX_PARTS,
      );
    });
  });
}

describe('the runner', () => {
  let network: Network;
  beforeEach(() => {
    network = Network.create();
  });
  afterEach(() => network.remove());

  for (const [table, family] of FAULTS) {
    it(`leaves no rules if those of the table ${table} fail in ${family}, and logs why`, () => {
      for (const before of [[], [EVERYTHING]]) {
        for (const init of before) applyWith('iptables-nft', init, network);
        const { status, stdout, stderr } = applyWith(
          'iptables-nft',
          broken(EVERYTHING, table, family),
          network,
        );
        assert.deepEqual([status, stdout], [4, '']);
        const [first, ...reasons] = stderr.trimEnd().split('\n');
        assert.equal(
          first,
          'proxy-init: no backend could apply the rules on this node; the Pod has no redirect:',
        );
        const tool = family === 'IPV4' ? 'iptables' : 'ip6tables';
        for (const variant of ['nft', 'legacy']) {
          assert.match(
            reasons.join('\n'),
            new RegExp(`^  iptables-${variant}: ${tool}.*restore.*line:? ?\\d+`, 'ms'),
          );
        }
        assert.deepEqual(redirectIn(network), []);
      }
    });
  }

  it('applies the rules of IPv4 last, since the validator of node mode may ask only those', () => {
    const init = broken(broken(EVERYTHING, 'nat', 'IPV4'), 'nat', 'IPV6');
    assert.match(applyWith('iptables-nft', init, network).stderr, /^ {2}iptables-nft: ip6tables/m);
  });

  it('leaves other rules alone when it fails', () => {
    addRules(network, 'iptables-nft', OTHERS);
    applyWith('iptables-nft', EVERYTHING, network);
    applyWith('iptables-nft', broken(EVERYTHING, 'nat', 'IPV6'), network);
    assert.equal(savedRules(network, 'iptables-nft').length, OTHERS.length);
  });

  it('applies all rules with nft or none', () => {
    const init = withRules(EVERYTHING, 'NFT', (rules) =>
      rules.replace(/return\n(?=[\s\S]*$)/, 'jump nowhere\n'),
    );
    const { stdout } = runContainer(init, { network: network.podPath });
    assert.match(stdout, /with iptables-nft\n {2}nft: .*Error/);
    assert.doesNotMatch(redirectIn(network).join('\n'), /inet/);
  });

  it('replaces its rules in one transaction when it runs with other settings and nft', () => {
    applyWith('nft', injectedInit(), network);
    const plain = redirectIn(network);
    applyWith('nft', EVERYTHING, network);
    assert.notDeepEqual(redirectIn(network), plain);
    applyWith('nft', injectedInit(), network);
    assert.deepEqual(redirectIn(network), plain);
  });

  it('prints the errors of all backends if the kernel supports none', () => {
    const init = withCapabilities(injectedInit(), 'NET_ADMIN', 'NET_RAW');
    const { status, stdout, stderr } = runContainer(init, { network: network.podPath, kernel: 'none' });
    assert.deepEqual([status, stdout], [4, '']);
    const [first, ...reasons] = stderr.trimEnd().split('\n');
    assert.equal(
      first,
      'proxy-init: no backend could apply the rules on this node; the Pod has no redirect:',
    );
    assert.match(
      reasons.join('\n'),
      /^ {2}nft: .*Protocol not supported\n {2}iptables-nft: .*Protocol not supported[\s\S]*^ {2}iptables-legacy: .*unable to initialize table/m,
    );
  });

  it('logs the exit status of a tool that prints nothing', (t) => {
    const rootfs = copyOfRootfs();
    t.after(() => rmSync(rootfs, { recursive: true }));
    writeFileSync(join(rootfs, 'usr', 'sbin', 'nft'), '#!/bin/sh\nkill -9 $$\n');
    const { stdout } = runContainer(AS_ROOT, { network: network.podPath, rootfs });
    assert.match(stdout, /with iptables-nft\n {2}nft: exit status 137\n$/);
  });

  for (const backend of BACKENDS) {
    it(`keeps rules that iptables cannot list, also when it fails, with ${backend}`, () => {
      const rule = 'ip saddr @s meta mark set 0x00000001';
      network.addNftables(`table ip nat { set s { type ipv4_addr; }; chain theirs { ${rule}; }; }`);
      for (const init of [injectedInit(), injectedInit(), broken(EVERYTHING, 'nat', 'IPV6')]) {
        applyWith(backend, init, network);
        assert.match(network.nftables(), new RegExp(`set s [\\s\\S]*${rule}`));
      }
    });
  }

  it('redirects IPv6 if it cannot read whether IPv6 is disabled', () => {
    const options = { network: network.podPath, maskedPaths: ['/proc/sys/net'] };
    assert.match(runContainer(injectedInit(), options).stdout, /redirected IPv4 and IPv6/);
  });

  it('fails without rules', () => {
    const { status, stderr } = runContainer({ ...injectedInit(), env: [] }, { network: network.podPath });
    assert.deepEqual(
      [status, stderr],
      [2, 'proxy-init: PROXY_INIT_RULES_NFT: expected rules for nft, got none\n'],
    );
  });

  it('needs no network', () => {
    for (const device of ['eth0', 'lo']) network.down(device);
    assert.equal(runContainer(injectedInit(), { network: network.podPath }).status, 0);
  });
});

/** The init container with an invalid rule at the end of a table of iptables. */
function broken(init: InitContainer, table: string, family: 'IPV4' | 'IPV6'): InitContainer {
  return withRules(init, family, (rules) => {
    const start = rules.indexOf(`*${table}\n`);
    const chain = /:(\S+)/.exec(rules.slice(start))?.[1];
    const end = rules.indexOf('COMMIT', start);
    return `${rules.slice(0, end)}-A ${chain} -m nonsense -j RETURN\n${rules.slice(end)}`;
  });
}
