import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { MAX_PARTS } from '../../src/core/values/value-type.js';
import { injectedInit, withCapabilities } from './init-container.js';
import { LONGEST } from './longest-annotations.js';
import { addRules, type Backend, natTable } from './testbed/nat-table.js';
import { Network } from './testbed/network.js';
import { type ContainerResult, type InitContainer, runContainer } from './testbed/runtime.js';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];
const EMPTY = { ipv4: [], ipv6: [] };
const OUTBOUND = injectedInit({
  annotations: { 'proxy-injection/outbound': 'enabled', 'proxy-injection/skip-inbound-ports': '22' },
});

/** Rules of other software in the Pod. */
const OTHERS = [
  ':VPN - [0:0]',
  '-A OUTPUT -p tcp -m tcp --dport 7 -m statistic --mode random --probability 0.50000000000 -j REDIRECT --to-ports 9',
  '-A PREROUTING -p tcp -m tcp --dport 1234 -m comment --comment "a \\"b\\" c" -j VPN',
  '-A VPN -j RETURN',
];

for (const backend of BACKENDS) {
  describe(`the runner with ${backend}`, () => {
    let network: Network;
    beforeEach(() => {
      network = Network.create();
    });
    afterEach(() => network.remove());

    const apply = (init: InitContainer): ContainerResult =>
      runContainer(withCapabilities(init, 'NET_ADMIN', 'NET_RAW'), {
        network: network.podPath,
        kernel: backend,
      });
    const table = () => natTable(network, backend);

    it('applies the rules of both families and logs it', () => {
      const { status, stdout, stderr } = apply(injectedInit());
      assert.deepEqual(
        [status, stdout, stderr],
        [0, `proxy-init: redirected IPv4 and IPv6 with iptables (${backend})\n`, ''],
      );
      const { ipv4, ipv6 } = table();
      assert.deepEqual(ipv4, [
        ':PROXY_INBOUND -',
        ':PROXY_OUTBOUND -',
        '-A PREROUTING -j PROXY_INBOUND',
        '-A PROXY_INBOUND -p tcp -j REDIRECT --to-ports 5054',
        '-A PROXY_INBOUND -p udp -j REDIRECT --to-ports 5053',
      ]);
      assert.deepEqual(ipv6, ipv4);
    });

    it('leaves the same rules when it runs again', () => {
      apply(OUTBOUND);
      const once = table();
      assert.notDeepEqual(once, EMPTY);
      apply(OUTBOUND);
      apply(OUTBOUND);
      assert.deepEqual(table(), once);
    });

    it('replaces its old rules when it runs with other settings', () => {
      apply(injectedInit());
      const plain = table();
      apply(OUTBOUND);
      assert.notDeepEqual(table(), plain);
      apply(injectedInit());
      assert.deepEqual(table(), plain);
    });

    it('leaves other rules alone', () => {
      addRules(network, backend, OTHERS);
      const { ipv4: theirs } = table();
      assert.equal(theirs.length, OTHERS.length);
      apply(OUTBOUND);
      apply(injectedInit());
      assert.deepEqual(
        table().ipv4.filter((line) => !line.includes('PROXY_')),
        theirs,
      );
    });

    it('leaves no rules if IPv6 fails, and prints why', () => {
      const { status, stdout, stderr } = apply(broken(OUTBOUND, 'IPV6'));
      assert.deepEqual([status, stdout], [4, '']);
      assert.match(
        stderr,
        /^proxy-init: iptables could not apply the rules on this node; nothing was changed:\n/,
      );
      assert.match(stderr, new RegExp(`  ${backend}: ip6tables.*restore.*line: ?\\d+`, 's'));
      for (const each of BACKENDS) assert.deepEqual(natTable(network, each), EMPTY);
      assert.deepEqual(table(), EMPTY);
    });

    it('leaves no rules if IPv4 fails', () => {
      assert.equal(apply(broken(OUTBOUND, 'IPV4')).status, 4);
      assert.deepEqual(table(), EMPTY);
    });

    it('restores the rules of an earlier run, and keeps other rules, when it fails halfway', () => {
      addRules(network, backend, OTHERS);
      apply(injectedInit());
      const before = table();
      assert.equal(apply(broken(OUTBOUND, 'IPV6')).status, 4);
      assert.deepEqual(table(), before);
    });

    it('redirects only IPv4 if no interface but lo has IPv6, and logs it', () => {
      network.setInPod('net/ipv6/conf/all/disable_ipv6', '1');
      network.setInPod('net/ipv6/conf/lo/disable_ipv6', '0');
      const { status, stdout } = apply(injectedInit());
      assert.deepEqual(
        [status, stdout],
        [0, `proxy-init: redirected IPv4 with iptables (${backend}); IPv6 is disabled in this Pod\n`],
      );
      assert.deepEqual([table().ipv4.length, table().ipv6.length], [5, 0]);
    });

    it('redirects IPv6 if any interface has it', () => {
      for (const device of ['default', 'eth0']) network.setInPod(`net/ipv6/conf/${device}/disable_ipv6`, '1');
      network.addInterface('net1');
      network.setInPod('net/ipv6/conf/net1/disable_ipv6', '0');
      assert.match(apply(injectedInit()).stdout, /redirected IPv4 and IPv6/);
    });

    it('removes its IPv6 rules when it runs again without IPv6', () => {
      apply(OUTBOUND);
      apply(injectedInit({ env: { INJECTOR_REDIRECT_IPV6: 'disabled' } }));
      assert.deepEqual([table().ipv4.length, table().ipv6.length], [5, 0]);
    });

    it('redirects only IPv4 if the configuration disables IPv6, and logs it', () => {
      const { status, stdout } = apply(injectedInit({ env: { INJECTOR_REDIRECT_IPV6: 'disabled' } }));
      assert.deepEqual(
        [status, stdout],
        [0, `proxy-init: redirected IPv4 with iptables (${backend}); no rules for IPv6\n`],
      );
      assert.deepEqual(table().ipv6, []);
    });

    it('accepts the longest lists that an annotation may have', () => {
      const init = injectedInit({ annotations: LONGEST });
      const { status, stdout, stderr } = apply(init);
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, new RegExp(`\\(${backend}\\)`));
      assert.ok(table().ipv6.length > MAX_PARTS);
    });
  });
}

describe('the runner', () => {
  let network: Network;
  beforeEach(() => {
    network = Network.create();
  });
  afterEach(() => network.remove());

  it('prints the errors of both backends if the kernel supports neither', () => {
    const init = withCapabilities(injectedInit(), 'NET_ADMIN', 'NET_RAW');
    const { status, stdout, stderr } = runContainer(init, { network: network.podPath, kernel: 'none' });
    assert.deepEqual([status, stdout], [4, '']);
    const [first, ...reasons] = stderr.trimEnd().split('\n');
    assert.equal(first, 'proxy-init: iptables could not apply the rules on this node; nothing was changed:');
    assert.match(
      reasons.join('\n'),
      /^ {2}nft: .*Protocol not supported[\s\S]*^ {2}legacy: .*do you need to insmod/m,
    );
  });

  it('keeps rules that iptables cannot list, also when it fails halfway', () => {
    const rule = 'ip saddr @s meta mark set 0x00000001';
    network.addNftables(`table ip nat { set s { type ipv4_addr; }; chain theirs { ${rule}; }; }`);
    for (const init of [injectedInit(), broken(OUTBOUND, 'IPV6')]) {
      runContainer(init, { network: network.podPath });
      assert.match(network.nftables(), new RegExp(`set s [\\s\\S]*${rule}`));
    }
  });

  it('redirects IPv6 if it cannot read whether IPv6 is disabled', () => {
    const options = { network: network.podPath, maskedPaths: ['/proc/sys/net'] };
    assert.match(runContainer(injectedInit(), options).stdout, /redirected IPv4 and IPv6/);
  });

  it('fails without rules', () => {
    const { status, stderr } = runContainer({ ...injectedInit(), env: [] }, { network: network.podPath });
    assert.deepEqual(
      [status, stderr],
      [2, 'proxy-init: PROXY_INIT_RULES_IPV4: expected rules for iptables-restore, got none\n'],
    );
  });

  it('needs no network', () => {
    for (const device of ['eth0', 'lo']) network.down(device);
    assert.equal(runContainer(injectedInit(), { network: network.podPath }).status, 0);
  });
});

/** The init container with an invalid rule at the end. */
function broken(init: InitContainer, family: 'IPV4' | 'IPV6'): InitContainer {
  const env = init.env.map(({ name, value }) => ({
    name,
    value: name.endsWith(family)
      ? value.replace('COMMIT', '-A PROXY_INBOUND -m nonsense -j RETURN\nCOMMIT')
      : value,
  }));
  return { ...init, env };
}
