import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { injectedInit, withCapabilities } from './init-container.js';
import type { Backend } from './nat-table.js';
import { ADDRESSES } from './network.js';
import { APP, ask, PROXY, type Protocol, type User } from './peers.js';
import { runContainer } from './runtime.js';
import { FAMILIES, LOOPBACK, Testbed } from './testbed.js';

/** From where a packet goes where, and who gets it. */
type Row = readonly [
  from: User | 'outside',
  protocol: Protocol,
  to: keyof typeof ADDRESSES | 'loopback',
  port: number,
  by: string,
];

/** What is set, as configuration (`INJECTOR_*`) or annotations, and what then becomes of packets. */
interface Case {
  readonly sentence: string;
  readonly env?: { readonly [variable: string]: string };
  readonly config?: string;
  readonly annotations?: { readonly [name: string]: string };
  readonly rows: readonly Row[];
}

const GROUP_OF_PROXY: User = { uid: 2000, gid: PROXY.gid };
const ON = { INJECTOR_REDIRECT_OUTBOUND: 'enabled' };
const DNS = { INJECTOR_REDIRECT_DNS: 'enabled' };

const CASES: readonly Case[] = [
  {
    sentence: 'all that comes in reaches the proxy, whether the app listens there or not',
    rows: [
      ['outside', 'tcp', 'pod', 8080, 'proxy'],
      ['outside', 'tcp', 'pod', 22, 'proxy'],
      ['outside', 'tcp', 'pod', 12345, 'proxy'],
      ['outside', 'tcp', 'pod', 5054, 'proxy'],
      ['outside', 'udp', 'pod', 8080, 'proxy'],
      ['outside', 'udp', 'pod', 53, 'proxy'],
      ['outside', 'udp', 'pod', 5053, 'proxy'],
    ],
  },
  {
    sentence: 'skipped inbound ports and ranges reach the app',
    annotations: { 'skip-inbound-ports': '22,9000-9001' },
    rows: [
      ['outside', 'tcp', 'pod', 22, 'app'],
      ['outside', 'tcp', 'pod', 9000, 'app'],
      ['outside', 'tcp', 'pod', 9001, 'app'],
      ['outside', 'udp', 'pod', 9001, 'app'],
      ['outside', 'tcp', 'pod', 9003, 'proxy'],
      ['outside', 'udp', 'pod', 9003, 'proxy'],
      ['outside', 'tcp', 'pod', 8080, 'proxy'],
    ],
  },
  {
    sentence: 'inbound UDP reaches the app where only TCP is redirected',
    env: { INJECTOR_REDIRECT_INBOUND_UDP: 'disabled' },
    rows: [
      ['outside', 'udp', 'pod', 8080, 'app'],
      ['outside', 'tcp', 'pod', 8080, 'proxy'],
    ],
  },
  {
    sentence: "the proxy's further ports are reached as they are, in their protocol",
    config: 'proxy: {container: {ports: [{name: metrics, containerPort: 9901}]}}',
    rows: [
      ['outside', 'tcp', 'pod', 9901, 'metrics'],
      ['outside', 'udp', 'pod', 9901, 'proxy'],
    ],
  },
  {
    sentence: 'what goes out, and its replies, is left alone by default',
    rows: [
      [APP, 'tcp', 'near', 80, 'near'],
      [APP, 'tcp', 'far', 443, 'far'],
      [APP, 'udp', 'near', 53, 'near'],
      [APP, 'udp', 'far', 80, 'far'],
    ],
  },
  {
    sentence: 'a Pod that calls itself gets itself',
    env: { ...ON, ...DNS },
    rows: [
      [APP, 'tcp', 'pod', 8080, 'app'],
      [APP, 'udp', 'pod', 8080, 'app'],
      [APP, 'tcp', 'loopback', 8080, 'app'],
      [APP, 'udp', 'loopback', 8080, 'app'],
      [PROXY, 'tcp', 'pod', 8080, 'app'],
      [PROXY, 'tcp', 'loopback', 8080, 'app'],
      [PROXY, 'udp', 'loopback', 8080, 'app'],
    ],
  },
  {
    sentence: 'outbound TCP reaches the proxy where it is on, and UDP does not',
    annotations: { outbound: 'enabled' },
    rows: [
      [APP, 'tcp', 'near', 80, 'proxy'],
      [APP, 'tcp', 'far', 443, 'proxy'],
      [APP, 'tcp', 'far', 12345, 'proxy'],
      [APP, 'udp', 'far', 80, 'far'],
      [APP, 'udp', 'far', 53, 'far'],
      ['outside', 'tcp', 'pod', 8080, 'proxy'],
    ],
  },
  {
    sentence: 'what the proxy itself sends gets out, by its user or its group',
    env: { ...ON, ...DNS },
    rows: [
      [PROXY, 'tcp', 'far', 80, 'far'],
      [PROXY, 'udp', 'far', 53, 'far'],
      [GROUP_OF_PROXY, 'tcp', 'far', 80, 'far'],
      [GROUP_OF_PROXY, 'udp', 'far', 53, 'far'],
      [APP, 'tcp', 'far', 80, 'proxy'],
    ],
  },
  {
    sentence: 'skipped outbound ports and ranges get out',
    annotations: { outbound: 'enabled', 'skip-outbound-ports': '25,8000-8010' },
    rows: [
      [APP, 'tcp', 'far', 25, 'far'],
      [APP, 'tcp', 'near', 8005, 'near'],
      [APP, 'tcp', 'far', 80, 'proxy'],
    ],
  },
  {
    sentence: 'skipped outbound CIDRs get out, in both families',
    env: DNS,
    annotations: { outbound: 'enabled', 'skip-outbound-cidrs': '10.78.0.0/16,fd78::/16' },
    rows: [
      [APP, 'tcp', 'far', 80, 'far'],
      [APP, 'udp', 'far', 53, 'far'],
      [APP, 'tcp', 'near', 80, 'proxy'],
      [APP, 'udp', 'near', 53, 'proxy'],
    ],
  },
  {
    sentence: 'DNS queries reach the proxy by a setting of their own',
    env: DNS,
    rows: [
      [APP, 'udp', 'far', 53, 'proxy'],
      [APP, 'udp', 'far', 80, 'far'],
      [APP, 'tcp', 'far', 53, 'far'],
      [APP, 'tcp', 'far', 80, 'far'],
    ],
  },
  {
    sentence: 'DNS queries get out where their port is skipped',
    env: { ...ON, ...DNS },
    annotations: { 'skip-outbound-ports': '53' },
    rows: [
      [APP, 'udp', 'far', 53, 'far'],
      [APP, 'tcp', 'far', 53, 'far'],
      [APP, 'tcp', 'far', 80, 'proxy'],
    ],
  },
];

for (const backend of ['nft', 'legacy'] satisfies Backend[]) {
  describe(`packets, redirected with ${backend}`, () => {
    let testbed: Testbed;
    beforeEach(async () => {
      testbed = new Testbed();
      await testbed.ready();
    });
    afterEach(() => testbed.remove());

    for (const { sentence, rows, annotations = {}, ...given } of CASES) {
      it(sentence, async () => {
        const prefixed = Object.entries(annotations).map(([name, value]) => [
          `proxy-injection/${name}`,
          value,
        ]);
        const init = injectedInit({ ...given, annotations: Object.fromEntries(prefixed) });
        const options = { network: testbed.network.podPath, kernel: backend };
        const { status, stderr } = runContainer(withCapabilities(init, 'NET_ADMIN', 'NET_RAW'), options);
        assert.deepEqual([status, stderr], [0, '']);
        for (const family of FAMILIES)
          assert.deepEqual(await answers(testbed, rows, family), expected(rows, family));
      });
    }
  });
}

function addressOf(to: Row[2], family: (typeof FAMILIES)[number]): string {
  return to === 'loopback' ? LOOPBACK[family] : ADDRESSES[to][family];
}

function describeRow(row: Row, family: string, by: string | undefined, destination: unknown): string {
  const [from, protocol, to, port] = row;
  const who = from === 'outside' ? from : `${from.uid}:${from.gid}`;
  return `${family} ${protocol} ${who} -> ${to}:${port}: ${by}${destination ? ` (to ${destination})` : ''}`;
}

/** A TCP listener in the Pod can tell where the client wanted to go, redirected or not. */
function expected(rows: readonly Row[], family: (typeof FAMILIES)[number]): string[] {
  return rows.map((row) => {
    const [, protocol, to, port, by] = row;
    const isInPod = by !== 'near' && by !== 'far';
    return describeRow(row, family, by, isInPod && protocol === 'tcp' && `${addressOf(to, family)},${port}`);
  });
}

async function answers(
  testbed: Testbed,
  rows: readonly Row[],
  family: (typeof FAMILIES)[number],
): Promise<string[]> {
  const { network } = testbed;
  const result: string[] = [];
  for (const row of rows) {
    const [from, protocol, to, port] = row;
    const [reply] = await ask(
      from === 'outside' ? network.outside : network.pod,
      from === 'outside' ? APP : from,
      [[protocol, addressOf(to, family), port]],
    );
    result.push(describeRow(row, family, reply?.by, reply?.to));
  }
  return result;
}
