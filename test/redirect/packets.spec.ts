import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { injectedInit } from './init-container.js';
import { applyWith, BACKENDS } from './testbed/backends.js';
import { ADDRESSES } from './testbed/network.js';
import { APP, ask, PROXY, type Protocol, type User } from './testbed/peers.js';
import { FAMILIES, LOOPBACK, Testbed } from './testbed/testbed.js';

/** A packet, and the name of the listener that must get it. */
type Row = readonly [
  from: User | 'outside',
  protocol: Protocol,
  to: keyof typeof ADDRESSES | 'loopback',
  port: number,
  receiver: string,
];

/** Settings, as configuration (`INJECTOR_*` or a file) or annotations without their prefix, and who gets packets. */
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
    sentence: 'sends all inbound traffic to the proxy, whether or not the app listens',
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
    sentence: 'sends skipped inbound ports and ranges to the app',
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
    sentence: 'sends inbound UDP to the app if only TCP is redirected',
    env: { INJECTOR_REDIRECT_INBOUND_UDP: 'disabled' },
    rows: [
      ['outside', 'udp', 'pod', 8080, 'app'],
      ['outside', 'tcp', 'pod', 8080, 'proxy'],
    ],
  },
  {
    sentence: "leaves the proxy's other ports alone, for their protocol only",
    config: 'proxy: {container: {ports: [{name: metrics, containerPort: 9901}]}}',
    rows: [
      ['outside', 'tcp', 'pod', 9901, 'metrics'],
      ['outside', 'udp', 'pod', 9901, 'proxy'],
    ],
  },
  {
    sentence: 'leaves outbound traffic and its replies alone by default',
    rows: [
      [APP, 'tcp', 'near', 80, 'near'],
      [APP, 'tcp', 'far', 443, 'far'],
      [APP, 'udp', 'near', 53, 'near'],
      [APP, 'udp', 'far', 80, 'far'],
    ],
  },
  {
    sentence: 'leaves traffic within the Pod alone',
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
    sentence: 'sends outbound TCP, but not UDP, to the proxy if outbound is enabled',
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
    sentence: 'leaves outbound traffic of the user or group of the proxy alone',
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
    sentence: 'leaves skipped outbound ports and ranges alone',
    annotations: { outbound: 'enabled', 'skip-outbound-ports': '25,8000-8010' },
    rows: [
      [APP, 'tcp', 'far', 25, 'far'],
      [APP, 'tcp', 'near', 8005, 'near'],
      [APP, 'tcp', 'far', 80, 'proxy'],
    ],
  },
  {
    sentence: 'leaves skipped outbound CIDRs alone, in both families',
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
    sentence: 'sends DNS queries, and nothing else, to the proxy if redirect.dns is enabled',
    env: DNS,
    rows: [
      [APP, 'udp', 'far', 53, 'proxy'],
      [APP, 'udp', 'far', 80, 'far'],
      [APP, 'tcp', 'far', 53, 'far'],
      [APP, 'tcp', 'far', 80, 'far'],
    ],
  },
  {
    sentence: 'leaves DNS queries alone if their port is skipped',
    env: { ...ON, ...DNS },
    annotations: { 'skip-outbound-ports': '53' },
    rows: [
      [APP, 'udp', 'far', 53, 'far'],
      [APP, 'tcp', 'far', 53, 'far'],
      [APP, 'tcp', 'far', 80, 'proxy'],
    ],
  },
];

for (const backend of BACKENDS) {
  describe(`the redirect with ${backend}`, () => {
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
        const { status, stderr } = applyWith(backend, init, testbed.network);
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

function describeRow(row: Row, family: string, receiver: string | undefined, destination: unknown): string {
  const [from, protocol, to, port] = row;
  const client = from === 'outside' ? from : `${from.uid}:${from.gid}`;
  return `${family} ${protocol} ${client} -> ${to}:${port}: ${receiver}${destination ? ` (to ${destination})` : ''}`;
}

/** A TCP listener in the Pod also sees the original destination, redirected or not. */
function expected(rows: readonly Row[], family: (typeof FAMILIES)[number]): string[] {
  return rows.map((row) => {
    const [, protocol, to, port, receiver] = row;
    const isInPod = receiver !== 'near' && receiver !== 'far';
    return describeRow(
      row,
      family,
      receiver,
      isInPod && protocol === 'tcp' && `${addressOf(to, family)},${port}`,
    );
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
