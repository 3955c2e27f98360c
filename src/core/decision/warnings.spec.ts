import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { subject } from '../../../test/support/core-cases.js';
import type { JsonObject } from '../values/json.js';
import { decide } from './decision.js';
import type { InjectionWarnings } from './warnings.js';

type Given = Parameters<typeof subject>[0];

const JOB = { spec: { restartPolicy: 'OnFailure' } };

const TCP = { tcpSocket: { port: 8080 } };
const HTTP = { httpGet: { port: 8080 } };

function limited(name: string, value: string): Given {
  return { annotations: { [`proxy-injection/${name}-limit`]: value } };
}

function udp(containerPort: unknown): JsonObject {
  return { containerPort, protocol: 'UDP' };
}

/** A Pod whose container has these ports. */
function ports(...ports: JsonObject[]): Given {
  return { spec: { containers: [{ name: 'app', ports }] } };
}

/** Test name, subject, and what its creator is warned about. */
const TABLE: readonly (readonly [string, Given, readonly string[]])[] = [
  ['a plain Pod', {}, []],
  [
    'an unknown annotation',
    { annotations: { 'proxy-injection/cpu-requst': '1' } },
    ['unknown annotation proxy-injection/cpu-requst'],
  ],
  [
    'an unknown annotation on the namespace',
    { namespace: { 'proxy-injection/mod': 'native' } },
    ['unknown annotation proxy-injection/mod on the namespace'],
  ],
  [
    'an override as a label',
    { labels: { 'proxy-injection/mode': 'native', 'proxy-injection': 'enabled', app: 'web' } },
    ['label proxy-injection/mode has no effect; use an annotation'],
  ],
  [
    'an override as a label of the namespace',
    { namespaceLabels: { 'proxy-injection/mode': 'native', 'proxy-injection': 'enabled' } },
    ['label proxy-injection/mode on the namespace has no effect; use an annotation'],
  ],
  ['the label of the namespace for the guard', { namespaceLabels: { 'proxy-injection/guard': 'deny' } }, []],
  [
    'the same label on the Pod',
    { labels: { 'proxy-injection/guard': 'deny' } },
    ['label proxy-injection/guard has no effect on a Pod; set it on the namespace'],
  ],
  [
    'a label of the namespace that selects nothing',
    { namespaceLabels: { 'proxy-injection': 'true' } },
    ['namespace label proxy-injection: expected enabled or disabled, got "true"'],
  ],
  [
    'a proxy that cannot drain as long as the app',
    { spec: { containers: [{ name: 'app', lifecycle: { preStop: { sleep: { seconds: 29 } } } }] } },
    ['the proxy drains for 28 s instead of 29; set terminationGracePeriodSeconds to 31'],
  ],
  [
    'a memory limit without its suffix',
    limited('memory', '1'),
    ['no proxy can start with a memory limit of 1; use at least 4Mi'],
  ],
  [
    'a memory limit just under the floor',
    limited('memory', '4095Ki'),
    ['no proxy can start with a memory limit of 4095Ki; use at least 4Mi'],
  ],
  ['a memory limit at the floor', limited('memory', '4Mi'), []],
  ['no memory limit', limited('memory', '0'), []],
  [
    'a CPU limit finer than Kubernetes knows',
    limited('cpu', '999u'),
    ['no proxy can start with a cpu limit of 999u; use at least 1m'],
  ],
  ['the finest CPU limit', limited('cpu', '0.001'), []],
  [
    'a configured limit',
    { settings: { proxy: { container: { resources: { limits: { memory: 64 } } } } } },
    ['no proxy can start with a memory limit of 64; use at least 4Mi'],
  ],
  [
    'a proxy that keeps a Job from completing',
    JOB,
    ['the proxy keeps this Pod from completing; set proxy-injection/mode: native'],
  ],
  [
    'tcpSocket probes, which the proxy answers',
    {
      spec: {
        containers: [
          { name: 'app', livenessProbe: TCP, readinessProbe: TCP, startupProbe: HTTP },
          { name: 'hooked', lifecycle: { postStart: TCP } },
        ],
        initContainers: [{ name: 'db', restartPolicy: 'Always', startupProbe: TCP, livenessProbe: TCP }],
      },
    },
    [
      'the tcpSocket livenessProbe checks the proxy, not the app: container app',
      'the tcpSocket readinessProbe checks the proxy, not the app: container app',
      'the tcpSocket livenessProbe checks the proxy, not the app: container db',
    ],
  ],
  [
    'tcpSocket probes that do not reach the proxy',
    {
      annotations: { 'proxy-injection/skip-inbound-ports': '8080' },
      spec: {
        containers: [
          { name: 'app', livenessProbe: TCP, readinessProbe: { tcpSocket: { port: 'unknown' } } },
          { name: 'other', livenessProbe: { tcpSocket: { port: 80, host: 'example.com' } } },
        ],
      },
    },
    [],
  ],
  [
    'direct probes',
    {
      annotations: { 'proxy-injection/probes': 'direct' },
      spec: { containers: [{ name: 'app', livenessProbe: TCP, readinessProbe: HTTP }] },
    },
    [],
  ],
  [
    'direct probes that cannot be direct',
    {
      annotations: {
        'proxy-injection/probes': 'direct',
        'proxy-injection/skip-inbound-ports': '63000-63199',
      },
      spec: { containers: [{ name: 'app', livenessProbe: TCP, readinessProbe: HTTP }] },
    },
    [
      'the tcpSocket livenessProbe checks the proxy, not the app: container app',
      'the readinessProbe still goes through the proxy: container app',
    ],
  ],
  ['a native proxy of a Job', { ...JOB, annotations: { 'proxy-injection/mode': 'native' } }, []],
  [
    'a UDP port',
    ports(udp(53)),
    ['the proxy cannot learn that UDP was for port 53; see proxy-injection/skip-inbound-ports'],
  ],
  [
    'several UDP ports, each once',
    ports(udp(53), udp(443), udp(53), udp(8443)),
    ['the proxy cannot learn that UDP was for port 53 and 2 more; see proxy-injection/skip-inbound-ports'],
  ],
  [
    'the UDP port of a native sidecar',
    { spec: { initContainers: [{ name: 'dns', restartPolicy: 'Always', ports: [udp(53)] }] } },
    ['the proxy cannot learn that UDP was for port 53; see proxy-injection/skip-inbound-ports'],
  ],
  [
    'the UDP port of an init container that is done before the redirect',
    { spec: { initContainers: [{ name: 'dns', ports: [udp(53)] }] } },
    [],
  ],
  ['a TCP port', ports({ containerPort: 53, protocol: 'TCP' }), []],
  ['a port without a protocol', ports({ containerPort: 53 }), []],
  ['a UDP port that is no number', ports(udp('53')), []],
  [
    'an excluded UDP port',
    { ...ports(udp(53)), annotations: { 'proxy-injection/skip-inbound-ports': '50-60' } },
    [],
  ],
  [
    'a UDP port without a redirect of UDP',
    { ...ports(udp(53)), settings: { redirect: { inboundUdp: 'disabled' } } },
    [],
  ],
];

function warningsOf(given: Given): readonly string[] {
  return injected(given).warnings;
}

function injected(given: Given): InjectionWarnings {
  const decision = decide(subject(given));
  if (decision.outcome !== 'injected') assert.fail(decision.outcome);
  return decision;
}

describe('the creator of an injected Pod is warned about', () => {
  for (const [name, given, texts] of TABLE) {
    it(texts.length > 0 ? name : `nothing: ${name}`, () => {
      assert.deepEqual(
        warningsOf(given),
        texts.map((text) => `proxy-injection: ${text}`),
      );
    });
  }

  it('at most twenty things, in at most 120 characters each', () => {
    const keys = Array.from({ length: 29 }, (_, index) => `proxy-injection/${'x'.repeat(150)}${index}`);
    const warnings = warningsOf({ annotations: Object.fromEntries(keys.map((key) => [key, ''])) });
    assert.equal(warnings.length, 21);
    assert.equal(warnings.at(-1), 'proxy-injection: 9 more');
    assert.ok(warnings.every(({ length }) => length <= 120));
  });

  it('what breaks the Pod before what has no effect', () => {
    const spec = { ...JOB.spec, containers: [{ name: 'app', livenessProbe: TCP }] };
    const warnings = warningsOf({ annotations: { 'proxy-injection/typo': '' }, spec });
    assert.deepEqual(
      warnings.map((text) => /completing|tcpSocket|unknown annotation/.exec(text)?.[0]),
      ['completing', 'tcpSocket', 'unknown annotation'],
    );
  });

  it('on the Pod in full', () => {
    const keys = Array.from({ length: 9 }, (_, index) => `proxy-injection/${'x'.repeat(150)}${index}`);
    const { recordedWarnings } = injected({ annotations: Object.fromEntries(keys.map((key) => [key, ''])) });
    assert.deepEqual(
      recordedWarnings,
      keys.map((key) => `unknown annotation ${key}`),
    );
  });

  it('on the Pod about at most twenty things, in at most 500 characters each', () => {
    const keys = Array.from({ length: 29 }, (_, index) => `proxy-injection/${'x'.repeat(600)}${index}`);
    const { recordedWarnings } = injected({ annotations: Object.fromEntries(keys.map((key) => [key, ''])) });
    assert.equal(recordedWarnings.length, 21);
    assert.equal(recordedWarnings.at(-1), '9 more');
    assert.ok(recordedWarnings.every((text) => text.length === 500 || text === '9 more'));
  });

  it('many UDP ports in one line', () => {
    const many = Array.from({ length: 1000 }, (_, index) => udp(65535 - index));
    const [warning = '', ...others] = warningsOf(ports(...many));
    assert.deepEqual(others, []);
    assert.match(warning, /port 65535 and 999 more; see proxy-injection\/skip-inbound-ports$/);
    assert.ok(warning.length <= 120);
  });

  it('the longest label in full', () => {
    const [warning] = warningsOf({ namespaceLabels: { 'proxy-injection/skip-outbound-cidrs': 'x' } });
    assert.ok(warning?.endsWith('use an annotation'), warning);
  });
});
