import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SettingsChange, settings } from '../../../test/support/core-cases.js';
import type { StringMap } from '../values/shape.js';
import {
  OVERRIDE_NAMES,
  OVERRIDES,
  overrideViolationText,
  resolveOverrides,
  unknownKeys,
} from './overrides.js';
import { resolveDefaults, type SettingsWithoutUser } from './resolved-settings.js';

const WAIT = { lifecycle: { postStart: { exec: { command: ['wait'] } } } };
const base = resolveDefaults(settings({ proxy: { container: WAIT } }));
const port = (first: number, last = first) => ({ first, last });
const withRedirect = (change: Partial<SettingsWithoutUser['redirect']>) => ({
  redirect: { ...base.redirect, ...change },
});

/** For every override: valid values and what they change, then invalid values. */
const TABLE: {
  readonly [name: string]: {
    valid: readonly [string, Partial<SettingsWithoutUser>][];
    invalid: readonly string[];
  };
} = {
  image: {
    valid: [
      ['proxy', { image: 'proxy' }],
      ['registry.example.com:5000/team/proxy:1.2', { image: 'registry.example.com:5000/team/proxy:1.2' }],
      [`proxy@sha256:${'a'.repeat(64)}`, { image: `proxy@sha256:${'a'.repeat(64)}` }],
    ],
    invalid: ['', ' ', 'a b', 'UPPER', 'proxy:', 'proxy@sha256:123', '/proxy', 'a'.repeat(600)],
  },
  'image-pull-policy': { valid: [['Always', { imagePullPolicy: 'Always' }]], invalid: ['always', ''] },
  mode: {
    valid: [
      ['native', { mode: 'native' }],
      ['container', { mode: 'container' }],
    ],
    invalid: ['auto', 'Native'],
  },
  'cpu-request': {
    valid: [['100m', { requests: { cpu: '100m' } }]],
    invalid: ['lots', '-1', '1 ', '1mm', ''],
  },
  'cpu-limit': { valid: [['1.5', { limits: { cpu: '1.5' } }]], invalid: ['1,5'] },
  'memory-request': { valid: [['64Mi', { requests: { memory: '64Mi' } }]], invalid: ['64MiB', '64mb'] },
  'memory-limit': { valid: [['1e9', { limits: { memory: '1e9' } }]], invalid: ['1e', 'Mi'] },
  'init-cpu-request': {
    valid: [['20m', { init: { requests: { cpu: '20m' }, limits: {} } }]],
    invalid: ['lots'],
  },
  'init-cpu-limit': { valid: [['1', { init: { requests: {}, limits: { cpu: '1' } } }]], invalid: ['1 m'] },
  'init-memory-request': {
    valid: [['16Mi', { init: { requests: { memory: '16Mi' }, limits: {} } }]],
    invalid: ['16MiB'],
  },
  'init-memory-limit': {
    valid: [['32Mi', { init: { requests: {}, limits: { memory: '32Mi' } } }]],
    invalid: ['-1'],
  },
  'redirect-by': { valid: [['pod', {}]], invalid: ['Node', 'agent', ''] },
  'skip-inbound-ports': {
    valid: [
      ['80', withRedirect({ skipInboundPorts: [port(80)] })],
      ['80, 443,8000-8100', withRedirect({ skipInboundPorts: [port(80), port(443), port(8000, 8100)] })],
      ['', withRedirect({ skipInboundPorts: [] })],
    ],
    invalid: ['0', '65536', '8100-8000', '80,', '80-', 'http', '80;443', '-80', '1-2-3', '80.5'],
  },
  probes: {
    valid: [
      ['direct', { probes: 'direct' }],
      ['proxied', { probes: 'proxied' }],
    ],
    invalid: ['enabled', 'Direct', ''],
  },
  'skip-outbound-ports': {
    valid: [['1-65535', withRedirect({ skipOutboundPorts: [port(1, 65535)] })]],
    invalid: ['x'],
  },
  outbound: {
    valid: [
      ['enabled', withRedirect({ outbound: true })],
      ['disabled', withRedirect({ outbound: false })],
    ],
    invalid: ['true', ''],
  },
  'skip-interfaces': {
    valid: [
      ['docker0, veth*', withRedirect({ skipInterfaces: ['docker0', 'veth*'] })],
      ['', withRedirect({ skipInterfaces: [] })],
    ],
    invalid: [
      '*',
      'a/b',
      'docker 0',
      'docker0,',
      'longer-than-15-ch',
      'a*b',
      '"',
      'eth0;',
      Array(51).fill('a').join(),
    ],
  },
  'skip-outbound-cidrs': {
    valid: [
      [
        '10.0.0.0/8, fd00::/8',
        withRedirect({
          skipOutboundCidrs: [
            { family: 'ipv4', cidr: '10.0.0.0/8' },
            { family: 'ipv6', cidr: 'fd00::/8' },
          ],
        }),
      ],
      ['1.2.3.4/32', withRedirect({ skipOutboundCidrs: [{ family: 'ipv4', cidr: '1.2.3.4/32' }] })],
      ['FD00:0::0/8', withRedirect({ skipOutboundCidrs: [{ family: 'ipv6', cidr: 'fd00::/8' }] })],
    ],
    invalid: [
      '10.0.0.1/8',
      '10.0.0.0',
      '10/8',
      '10.0.0.0/33',
      'fd00::/129',
      'fd00::1/8',
      'fe80::1%eth0/128',
      '0x0a.0.0.0/8',
      '10.0.0.0/8/8',
      '10.0.0.0/-1',
      '010.0.0.0/8',
      '::ffff:10.0.0.0/104',
      '::ffff:0:0/96',
    ],
  },
  'log-level': {
    valid: [['info,hyper=warn', { logLevel: 'info,hyper=warn' }]],
    invalid: ['', 'a b', 'x'.repeat(300), '$(HOME)'],
  },
  'hold-application': {
    valid: [
      ['enabled', { holdApplication: true }],
      ['disabled', { holdApplication: false }],
    ],
    invalid: ['true', ''],
  },
  'drain-seconds': {
    valid: [
      ['auto', { drainSeconds: 'auto' }],
      ['0', { drainSeconds: 0 }],
      ['86400', { drainSeconds: 86_400 }],
    ],
    invalid: ['', '-1', '1.5', '10s', '86401', '1e3', ' 5'],
  },
};

describe(resolveOverrides.name, () => {
  const apply = (pod: StringMap, namespace: StringMap = {}) =>
    resolveOverrides(base, OVERRIDE_NAMES, pod, namespace);

  it('is tested with every override', () => {
    assert.deepEqual(Object.keys(TABLE).sort(), [...OVERRIDE_NAMES].sort());
  });

  for (const [name, { valid, invalid }] of Object.entries(TABLE)) {
    const key = `proxy-injection/${name}`;
    for (const [value, change] of valid) {
      it(`applies ${name} ${JSON.stringify(value.slice(0, 40))}`, () => {
        assert.deepEqual(apply({ [key]: value }), {
          settings: { ...base, ...change },
          violations: [],
          overridesKey: `${name}=${value}\n`,
        });
      });
      it(`applies ${name} ${JSON.stringify(value.slice(0, 40))} from the namespace`, () => {
        assert.deepEqual(apply({}, { [key]: value }), apply({ [key]: value }));
      });
    }
    for (const given of invalid) {
      it(`rejects ${name} ${JSON.stringify(given.slice(0, 40))}`, () => {
        const { expected } = OVERRIDES.find((override) => override.name === name) ?? {};
        assert.deepEqual(apply({ [key]: given }).violations, [{ source: 'pod', key, expected, given }]);
      });
    }
  }

  it('prefers the annotation of the Pod to that of its namespace', () => {
    const key = 'proxy-injection/log-level';
    assert.equal(apply({ [key]: 'debug' }, { [key]: 'warn' }).settings.logLevel, 'debug');
  });

  it('ignores an invalid annotation of the namespace if the Pod has its own', () => {
    const key = 'proxy-injection/mode';
    assert.deepEqual(apply({ [key]: 'native' }, { [key]: 'nonsense' }).violations, []);
  });

  it('rejects overrides that are not allowed, even with a valid value', () => {
    const key = 'proxy-injection/image';
    const { violations, settings: resolved } = resolveOverrides(base, ['mode'], { [key]: 'other:1' }, {});
    assert.equal(resolved, base);
    assert.deepEqual(violations.map(overrideViolationText), [
      `pod annotation ${key}: expected no value (the operator does not allow this override), got "other:1"`,
    ]);
  });

  it('returns the same object for Pods without overrides', () => {
    assert.equal(apply({ 'proxy-injection': 'enabled', other: 'x' }).settings, base);
  });

  it('does not modify the defaults', () => {
    const before = structuredClone(base);
    apply({ 'proxy-injection/cpu-limit': '2', 'proxy-injection/outbound': 'enabled' });
    assert.deepEqual(base, before);
  });

  it('rejects a request over the configured limit', () => {
    const limited = { ...base, limits: { cpu: '100m' } };
    const { violations } = resolveOverrides(
      limited,
      OVERRIDE_NAMES,
      { 'proxy-injection/cpu-request': '0.2' },
      {},
    );
    assert.deepEqual(violations, [
      {
        source: 'pod',
        key: 'proxy-injection/cpu-request',
        expected: 'at most the limit (100m)',
        given: '0.2',
      },
    ]);
  });

  it('rejects a limit under the configured request', () => {
    const requesting = { ...base, requests: { memory: '1Gi' } };
    const { violations } = resolveOverrides(
      requesting,
      OVERRIDE_NAMES,
      {},
      { 'proxy-injection/memory-limit': '1000M' },
    );
    assert.deepEqual(violations, [
      {
        source: 'namespace',
        key: 'proxy-injection/memory-limit',
        expected: 'at least the request (1Gi)',
        given: '1000M',
      },
    ]);
  });

  it('rejects a request of the init container over its limit, whatever those of the proxy are', () => {
    const annotations = {
      'proxy-injection/init-memory-request': '64Mi',
      'proxy-injection/memory-limit': '1Gi',
    };
    const limited = { ...base, init: { requests: {}, limits: { memory: '32Mi' } } };
    const { violations } = resolveOverrides(limited, OVERRIDE_NAMES, annotations, {});
    assert.deepEqual(violations.map(overrideViolationText), [
      'pod annotation proxy-injection/init-memory-request: expected at most the limit (32Mi), got "64Mi"',
    ]);
    const requesting = { ...base, init: { requests: { memory: '16Mi' }, limits: {} } };
    const limit = { 'proxy-injection/init-memory-limit': '8Mi' };
    assert.deepEqual(
      resolveOverrides(requesting, OVERRIDE_NAMES, limit, {}).violations.map(overrideViolationText),
      ['pod annotation proxy-injection/init-memory-limit: expected at least the request (16Mi), got "8Mi"'],
    );
  });

  it("rejects skipping the proxy's own ports, except as part of a range", () => {
    const key = 'proxy-injection/skip-inbound-ports';
    const { violations } = apply({}, { [key]: '80,5053' });
    assert.deepEqual(violations.map(overrideViolationText), [
      `namespace annotation ${key}: expected ports other than the proxy's own (5054 and 5053), got "80,5053"`,
    ]);
    assert.deepEqual(apply({ [key]: '5000-5100' }).violations, []);
    assert.deepEqual(apply({ 'proxy-injection/skip-outbound-ports': '5054' }).violations, []);
  });
});

describe('an override that asks to hold the app in mode container', () => {
  const [hold, mode] = ['proxy-injection/hold-application', 'proxy-injection/mode'];
  const WHY =
    '(in mode container, only a hook that the operator sets can hold the app: ' +
    'proxy.container.lifecycle.postStart.exec)';
  const violations = (
    proxy: NonNullable<SettingsChange['proxy']>,
    pod: StringMap,
    namespace: StringMap = {},
  ) =>
    resolveOverrides(resolveDefaults(settings({ proxy })), OVERRIDE_NAMES, pod, namespace).violations.map(
      overrideViolationText,
    );

  it('is rejected without a hook that can', () => {
    assert.deepEqual(violations({}, { [hold]: 'enabled' }), [
      `pod annotation ${hold}: expected disabled ${WHY}, got "enabled"`,
    ]);
    const native = { mode: 'native', holdApplication: 'enabled' } as const;
    assert.deepEqual(violations(native, {}, { [mode]: 'container' }), [
      `namespace annotation ${mode}: expected native, or container with ${hold}: disabled ${WHY}, got "container"`,
    ]);
    assert.deepEqual(violations({ mode: 'native' }, { [hold]: 'enabled' }, { [mode]: 'container' }), [
      `pod annotation ${hold}: expected disabled ${WHY}, got "enabled"`,
    ]);
  });

  it('is rejected with a hook of another kind, which Kubernetes does not retry', () => {
    const container = { lifecycle: { postStart: { httpGet: { port: 1 } } } };
    assert.equal(violations({ container }, { [hold]: 'enabled' }).length, 1);
  });

  it('is accepted with a hook, in native mode, and if it is disabled again', () => {
    assert.deepEqual(violations({ container: WAIT }, { [hold]: 'enabled' }), []);
    assert.deepEqual(violations({}, { [hold]: 'enabled', [mode]: 'native' }), []);
    const native = { mode: 'native', holdApplication: 'enabled' } as const;
    assert.deepEqual(violations(native, { [mode]: 'container', [hold]: 'disabled' }), []);
  });
});

describe('an override that lets the node redirect', () => {
  const [by, mode] = ['proxy-injection/redirect-by', 'proxy-injection/mode'];
  const WHY = '(the node redirects init containers, too, so the proxy must start before them)';
  const resolution = (change: SettingsChange, pod: StringMap, namespace: StringMap = {}) =>
    resolveOverrides(resolveDefaults(settings(change)), OVERRIDE_NAMES, pod, namespace);
  const violations = (...given: Parameters<typeof resolution>) =>
    resolution(...given).violations.map(overrideViolationText);
  const NODE: SettingsChange = { proxy: { mode: 'native' }, redirect: { by: 'node' } };

  it('is applied in native mode', () => {
    const { settings: resolved, violations } = resolution({}, { [by]: 'node', [mode]: 'native' });
    assert.deepEqual([resolved.redirectBy, violations], ['node', []]);
    assert.deepEqual(resolution({ proxy: { mode: 'native' } }, {}, { [by]: 'node' }).violations, []);
    assert.equal(resolution(NODE, { [by]: 'pod' }).settings.redirectBy, 'pod');
  });

  it('is rejected in container mode, whether or not outbound traffic is redirected', () => {
    for (const outbound of ['enabled', 'disabled'] as const) {
      assert.deepEqual(violations({ redirect: { outbound } }, { [by]: 'node' }), [
        `pod annotation ${by}: expected pod, or node with ${mode}: native ${WHY}, got "node"`,
      ]);
    }
    assert.deepEqual(violations({ proxy: { mode: 'native' } }, { [mode]: 'container' }, { [by]: 'node' }), [
      `namespace annotation ${by}: expected pod, or node with ${mode}: native ${WHY}, got "node"`,
    ]);
  });

  it('is not needed to reject container mode where the node redirects', () => {
    assert.deepEqual(violations(NODE, {}, { [mode]: 'container' }), [
      `namespace annotation ${mode}: expected native, or container with ${by}: pod ${WHY}, got "container"`,
    ]);
    assert.deepEqual(violations(NODE, { [mode]: 'container', [by]: 'pod' }), []);
  });
});

describe(overrideViolationText.name, () => {
  it('shows at most 80 characters of the value', () => {
    const given = 'x'.repeat(1000);
    const text = overrideViolationText({ source: 'pod', key: 'proxy-injection/mode', expected: 'x', given });
    assert.ok(text.endsWith(`got "${'x'.repeat(76)}...`));
  });
});

describe(unknownKeys.name, () => {
  it('finds unknown keys with the prefix of the injector', () => {
    const keys = [
      'proxy-injection',
      'proxy-injection/status',
      'proxy-injection/mode',
      'other/mode',
      '__proto__',
    ];
    assert.deepEqual(unknownKeys(Object.fromEntries(keys.map((key) => [key, '']))), []);
    assert.deepEqual(unknownKeys({ 'proxy-injection/constructor': '' }), ['proxy-injection/constructor']);
  });
});
