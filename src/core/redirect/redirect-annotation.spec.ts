import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolved, settings } from '../../../test/support/core-cases.js';
import { fc } from '../../../test/support/fast-check.js';
import type { Cidr } from '../values/cidrs.js';
import { MAX_ID } from '../values/id-ranges.js';
import { FAMILIES, type Redirect } from './redirect.js';
import { parseRedirect, RedirectError, redirectText } from './redirect-annotation.js';
import { nodeRulesetOf } from './ruleset.js';

const EVERYTHING: Redirect = {
  tcpPort: 5054,
  udpPort: 5053,
  uid: 1000,
  gid: 2000,
  inboundTcp: true,
  inboundUdp: true,
  dropInvalid: true,
  outbound: true,
  dns: true,
  ipv6: true,
  proxyPorts: [
    { containerPort: 9901, protocol: 'TCP' },
    { containerPort: 9902, protocol: 'UDP' },
  ],
  probeAliases: [
    { alias: 63000, port: 8080 },
    { alias: 63001, port: 9090 },
  ],
  skipInboundPorts: [
    { first: 22, last: 22 },
    { first: 8000, last: 8100 },
  ],
  skipOutboundPorts: [{ first: 25, last: 25 }],
  skipOutboundCidrs: [
    { family: 'ipv4', cidr: '10.0.0.0/8' },
    { family: 'ipv6', cidr: 'fd00::/8' },
  ],
  skipInterfaces: ['docker0', 'veth*'],
};

const NOTHING = '{"tcpPort":5054,"udpPort":5053,"uid":1000,"gid":2000}';

/** The text of a redirect without anything optional, with more members. */
function withMembers(members: string): string {
  return `${NOTHING.slice(0, -1)},${members}}`;
}

/** An object with the usual prototype, as `JSON.parse` makes it. */
function plain<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(fields, { noNullPrototype: true });
}

const port = fc.integer({ min: 1, max: 65535 });
const id = fc.integer({ min: 1, max: MAX_ID });
const ports = fc.array(
  fc.tuple(port, port).map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) })),
);
const name = fc.stringMatching(/^[\w.-]{1,14}\*?$/);
const cidr: fc.Arbitrary<Cidr> = fc.oneof(
  fc.nat(255).map((octet) => ({ family: FAMILIES[0], cidr: `${octet}.0.0.0/8` })),
  fc.integer({ min: 0x1000, max: 0xffff }).map((group) => ({
    family: FAMILIES[1],
    cidr: `${group.toString(16)}::/16`,
  })),
);
const redirects: fc.Arbitrary<Redirect> = plain({
  tcpPort: port,
  udpPort: port,
  uid: id,
  gid: id,
  inboundTcp: fc.boolean(),
  inboundUdp: fc.boolean(),
  dropInvalid: fc.boolean(),
  outbound: fc.boolean(),
  dns: fc.boolean(),
  ipv6: fc.boolean(),
  proxyPorts: fc.array(plain({ containerPort: port, protocol: fc.constantFrom('TCP', 'UDP', 'SCTP') })),
  probeAliases: fc.uniqueArray(plain({ alias: port, port }), { selector: ({ alias }) => alias }),
  skipInboundPorts: ports,
  skipOutboundPorts: ports,
  skipOutboundCidrs: fc.array(cidr),
  skipInterfaces: fc.array(name, { maxLength: 50 }),
});

/** Words with which a value could become more than one token of nft or iptables. */
const injections = fc
  .array(
    fc.constantFrom(
      '80',
      '10.0.0.0/8',
      'eth0',
      ',',
      ':',
      '/',
      '\n',
      '\r',
      ' ',
      '"',
      "'",
      ';',
      '{',
      '}',
      '#',
      '$',
      '-j',
      'ACCEPT',
      '*',
      'é',
    ),
    { maxLength: 6 },
  )
  .map((words) => words.join(''));

describe('the redirect annotation', () => {
  it('is one line of JSON with the fields in order', () => {
    assert.equal(
      redirectText(EVERYTHING),
      '{"tcpPort":5054,"udpPort":5053,"uid":1000,"gid":2000,"inboundTcp":true,"inboundUdp":true,' +
        '"dropInvalid":true,"outbound":true,"dns":true,"ipv6":true,"proxyPorts":"9901/TCP,9902/UDP",' +
        '"probeAliases":"63000:8080,63001:9090","skipInboundPorts":"22,8000-8100","skipOutboundPorts":"25",' +
        '"skipOutboundCidrs":"10.0.0.0/8,fd00::/8","skipInterfaces":"docker0,veth*"}',
    );
  });

  it('leaves out what is false or empty', () => {
    const redirect = parseRedirect(NOTHING);
    assert.equal(redirectText(redirect), NOTHING);
    const { tcpPort, udpPort, uid, gid } = EVERYTHING;
    assert.deepEqual(redirect, {
      ...{ tcpPort, udpPort, uid, gid },
      ...{
        inboundTcp: false,
        inboundUdp: false,
        dropInvalid: false,
        outbound: false,
        dns: false,
        ipv6: false,
      },
      ...{ proxyPorts: [], probeAliases: [], skipInboundPorts: [] },
      ...{ skipOutboundPorts: [], skipOutboundCidrs: [], skipInterfaces: [] },
    });
  });

  it('has what the rules of a redirect depend on, and nothing else of the proxy', () => {
    const ports = [{ name: 'metrics', containerPort: 9901 }];
    const { redirect } = resolved(settings({ proxy: { container: { ports } } }));
    const read = parseRedirect(redirectText(redirect));
    assert.deepEqual(read.proxyPorts, [{ containerPort: 9901, protocol: 'TCP' }]);
    assert.deepEqual(nodeRulesetOf(read), nodeRulesetOf(redirect));
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(redirects, (redirect) => {
        const text = redirectText(redirect);
        assert.ok(!/[\n\r]/.test(text));
        assert.deepEqual(parseRedirect(text), redirect);
      }),
    );
  });

  it('is read in any order of the fields', () => {
    const members = Object.entries(JSON.parse(redirectText(EVERYTHING))).reverse();
    assert.deepEqual(parseRedirect(JSON.stringify(Object.fromEntries(members))), EVERYTHING);
  });

  const FLAG = 'true, or no such field';
  const INVALID: readonly (readonly [title: string, text: string, message: string])[] = [
    ['no JSON', 'tcpPort', 'redirect: expected a JSON object, got "tcpPort"'],
    ['an empty text', '', 'redirect: expected a JSON object, got ""'],
    ['a list', '[]', 'redirect: expected a JSON object, got a list'],
    ['null', 'null', 'redirect: expected a JSON object, got null'],
    [
      'an unknown field',
      withMembers('"rules":"-j ACCEPT"'),
      'rules: expected no such field, got "-j ACCEPT"',
    ],
    ['the prototype', withMembers('"__proto__":{}'), '__proto__: expected no such field, got an object'],
    ['an inherited name', withMembers('"toString":1'), 'toString: expected no such field, got 1'],
    [
      'a missing field',
      '{"tcpPort":5054,"udpPort":5053,"uid":1000}',
      'gid: expected a whole number from 1 to 2147483647, got nothing',
    ],
    [
      'a port as text',
      NOTHING.replace('5054', '"5054"'),
      'tcpPort: expected a whole number from 1 to 65535, got "5054"',
    ],
    ['port 0', NOTHING.replace('5053', '0'), 'udpPort: expected a whole number from 1 to 65535, got 0'],
    [
      'a fraction',
      NOTHING.replace('1000', '1.5'),
      'uid: expected a whole number from 1 to 2147483647, got 1.5',
    ],
    ['user 0', NOTHING.replace('1000', '0'), 'uid: expected a whole number from 1 to 2147483647, got 0'],
    [
      'an ID beyond those of Kubernetes',
      NOTHING.replace('2000', '2147483648'),
      'gid: expected a whole number from 1 to 2147483647, got 2147483648',
    ],
    ['false', withMembers('"dns":false'), `dns: expected ${FLAG}, got false`],
    ['a word for true', withMembers('"outbound":"true"'), `outbound: expected ${FLAG}, got "true"`],
    ['null as a field', withMembers('"ipv6":null'), `ipv6: expected ${FLAG}, got null`],
    [
      'an empty list',
      withMembers('"skipInboundPorts":""'),
      'skipInboundPorts: expected at most 300 ports (1 to 65535) or ascending ranges, such as 80,443,8000-8100, or no such field, got ""',
    ],
    [
      'a protocol in small letters',
      withMembers('"proxyPorts":"9901/tcp"'),
      'proxyPorts: expected ports with their protocol (TCP, UDP, or SCTP), such as 9901/TCP,9902/UDP, or no such field, got "9901/tcp"',
    ],
    [
      'an alias of two ports',
      withMembers('"probeAliases":"63000:80,63000:81"'),
      'probeAliases: expected at most 300 different alias ports, each with a port of the app, such as 63000:8080, or no such field, got "63000:80,63000:81"',
    ],
    [
      'several violations',
      '{"udpPort":5053,"uid":1000,"gid":true}',
      'tcpPort: expected a whole number from 1 to 65535, got nothing; gid: expected a whole number from 1 to 2147483647, got true',
    ],
  ];
  for (const [title, text, message] of INVALID) {
    it(`rejects ${title}`, () => {
      assert.throws(() => parseRedirect(text), RedirectError);
      assert.throws(() => parseRedirect(text), { message });
    });
  }

  it('rejects every text that it would not write itself', () => {
    const texts = [
      ` ${NOTHING}`,
      `${NOTHING}\n`,
      NOTHING.replace(':', ': '),
      NOTHING.replace('tcpPort', '\\u0074cpPort'),
      NOTHING.replace('5054', '5.054e3'),
      NOTHING.replace('{', '{"tcpPort":1,'),
    ];
    for (const text of texts) {
      assert.throws(() => parseRedirect(text), /^Error: redirect: expected JSON as JSON.stringify writes it/);
    }
  });

  it('rejects a text of more than 64 KiB', () => {
    assert.throws(() => parseRedirect(withMembers(`"skipInterfaces":"${'a'.repeat(64 * 1024)}"`)), {
      message: 'redirect: expected at most 65536 characters, got 65609',
    });
  });

  it('lets no text of its author into the rules', () => {
    const LISTS = [
      'proxyPorts',
      'probeAliases',
      'skipInboundPorts',
      'skipOutboundPorts',
      'skipOutboundCidrs',
      'skipInterfaces',
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...LISTS), injections, (list, value) => {
        let redirect: Redirect;
        try {
          redirect = parseRedirect(
            withMembers(`"inboundTcp":true,"outbound":true,"${list}":${JSON.stringify(value)}`),
          );
        } catch (error) {
          assert.ok(error instanceof RedirectError);
          return;
        }
        for (const text of Object.values(nodeRulesetOf(redirect))) {
          assert.doesNotMatch(text, /['#$é]/);
        }
        const entries = value.split(',').map((part) => part.trim());
        assert.ok(entries.every((entry) => /^[\w.:*/-]+$/.test(entry)));
      }),
    );
  });
});
