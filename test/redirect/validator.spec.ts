import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Redirect } from '../../src/core/redirect/redirect.js';
import { nodeRulesetOf } from '../../src/core/redirect/ruleset.js';
import { BACKENDS, type Backend, runTool } from './testbed/backends.js';
import { Network } from './testbed/network.js';
import { type InitContainer, runContainer, startContainer } from './testbed/runtime.js';

/** What every namespace admits, also one with the Pod Security level `restricted`. */
const RESTRICTED = {
  runAsUser: 65532,
  runAsGroup: 65532,
  runAsNonRoot: true,
  readOnlyRootFilesystem: true,
  allowPrivilegeEscalation: false,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'] },
} as const;

const REDIRECT: Redirect = {
  tcpPort: 5054,
  udpPort: 5053,
  proxyPorts: [],
  uid: 65532, // the validator's user, too: its own connections must meet the rule all the same
  gid: 65532,
  inboundTcp: true,
  probeAliases: [],
  inboundUdp: true,
  skipInboundPorts: [],
  dropInvalid: true,
  outbound: true,
  dns: true,
  skipOutboundPorts: [],
  skipOutboundCidrs: [],
  skipInterfaces: [],
  ipv6: true,
};

function validator(families = 'ipv4 ipv6', args: readonly string[] = ['wait-for-node-agent']): InitContainer {
  return { args, env: [{ name: 'PROXY_INIT_FAMILIES', value: families }], securityContext: RESTRICTED };
}

describe('the validator', () => {
  let network: Network;
  beforeEach(() => {
    network = Network.create();
  });
  afterEach(() => network.remove());

  const run = (container = validator()) => runContainer(container, { network: network.podPath });

  /** Applies the agent's rules of the families. */
  function redirect(
    backend: Backend,
    families: readonly ('ipv4' | 'ipv6')[] = ['ipv4', 'ipv6'],
    change: Partial<Redirect> = {},
  ): void {
    const { nft, iptables, ip6tables = '' } = nodeRulesetOf({ ...REDIRECT, ...change });
    if (backend === 'nft') {
      network.addNftables(nft);
      return;
    }
    const version = backend === 'iptables-nft' ? 'nft' : 'legacy';
    if (families.includes('ipv4')) runTool(network, [`iptables-${version}-restore`, '--noflush'], iptables);
    if (families.includes('ipv6')) runTool(network, [`ip6tables-${version}-restore`, '--noflush'], ip6tables);
  }

  /** Starts the validator and waits until it says that it waits. */
  async function waiting(container = validator()) {
    const child = startContainer(container, { network: network.podPath });
    const [first] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const rest = text(child.stdout as NodeJS.ReadableStream);
    const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
    return {
      child,
      first: String(first),
      ended: async () => ({ status: (await exit)[0], rest: await rest }),
    };
  }

  for (const backend of BACKENDS) {
    it(`lets the Pod start once the rules are in place, as applied with ${backend}`, () => {
      redirect(backend);
      assert.deepEqual(run(), {
        status: 0,
        stdout: 'proxy-init: the node redirected IPv4 and IPv6\n',
        stderr: '',
      });
    });
  }

  it('does so whatever traffic the rules redirect', () => {
    redirect('nft', undefined, { inboundTcp: false, inboundUdp: false, outbound: false, dns: false });
    assert.equal(run().status, 0);
    redirect('nft', undefined, { skipOutboundPorts: [{ first: 1, last: 65535 }], skipInterfaces: ['lo'] });
    assert.equal(run().status, 0);
  });

  it('waits for the rules, and says so', async () => {
    const { first, ended } = await waiting();
    assert.equal(
      first,
      'proxy-init: waiting for the node to redirect IPv4 and IPv6: is the agent of proxy-injector running on this node, and is NRI enabled in its container runtime?\n',
    );
    redirect('nft');
    assert.deepEqual(await ended(), { status: 0, rest: 'proxy-init: the node redirected IPv4 and IPv6\n' });
  });

  for (const [there, missing] of [
    ['ipv4', 'ipv6'],
    ['ipv6', 'ipv4'],
  ] as const) {
    it(`waits for ${missing} while only ${there} is redirected`, async () => {
      redirect('iptables-nft', [there]);
      const { ended } = await waiting();
      redirect('iptables-nft', [missing]);
      assert.equal((await ended()).status, 0);
    });
  }

  it('is not misled by the rules of a redirect without the agent', async () => {
    network.addNftables(nodeRulesetOf(REDIRECT).nft.replaceAll(/.*127\.0\.0\.6.*\n|.*::1.*\n/g, ''));
    const { ended } = await waiting();
    redirect('nft');
    assert.equal((await ended()).status, 0);
  });

  it('checks only IPv4 if the configuration leaves out IPv6, or if the Pod has none', () => {
    redirect('nft', undefined, { ipv6: false });
    assert.equal(
      run(validator('ipv4')).stdout,
      'proxy-init: the node redirected IPv4; IPv6 is not redirected\n',
    );
    for (const device of ['all', 'eth0', 'lo']) network.setInPod(`net/ipv6/conf/${device}/disable_ipv6`, '1');
    assert.equal(run().stdout, 'proxy-init: the node redirected IPv4; IPv6 is disabled in this Pod\n');
  });

  it('does not wait for IPv6 on a loopback interface that has none', () => {
    network.setInPod('net/ipv6/conf/lo/disable_ipv6', '1');
    redirect('nft');
    assert.equal(
      run().stdout,
      'proxy-init: the node redirected IPv4; not checked for IPv6, which lo does not have\n',
    );
  });

  it('ends on SIGTERM, and never before', async () => {
    const { child, ended } = await waiting();
    child.kill('SIGTERM');
    assert.equal((await ended()).status, 143);
  });

  it('sends no packet out of the Pod', async () => {
    network.addNftables(
      'table inet seen { chain out { type filter hook output priority 0; oifname != "lo" tcp dport { 1, 61054 } counter accept; }; }',
    );
    const { ended } = await waiting();
    redirect('nft');
    await ended();
    assert.match(network.nftables(), /tcp dport \{ 1, 61054 \} counter packets 0 bytes 0 accept/);
  });

  for (const [container, message] of [
    [validator('ipv6'), 'PROXY_INIT_FAMILIES: expected ipv4, or ipv4 ipv6, got ipv6'],
    [validator(''), 'PROXY_INIT_FAMILIES: expected ipv4, or ipv4 ipv6, got nothing'],
    [validator('ipv4', ['sleep', '1']), 'expected no argument, or wait-for-node-agent, got sleep 1'],
  ] as const) {
    it(`rejects wrong usage: ${message}`, () => {
      assert.deepEqual(run(container), { status: 2, stdout: '', stderr: `proxy-init: ${message}\n` });
    });
  }
});
