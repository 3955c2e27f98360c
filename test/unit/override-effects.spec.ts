import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { loadConfiguration } from '../../src/config/load.js';
import { snapshotOf } from '../../src/config/snapshot.js';
import { OVERRIDE_NAMES } from '../../src/core/settings/overrides.js';
import { patched } from './golden/golden-case.js';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly imagePullPolicy?: string;
  readonly lifecycle: { readonly preStop?: { readonly sleep: { readonly seconds: number } } };
  readonly resources: { readonly [kind: string]: { readonly [resource: string]: string } };
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

interface Injected {
  readonly proxy: Container;
  readonly init: Container;
  readonly rules: string;
  readonly isValidated: boolean;
  readonly isNative: boolean;
  readonly isFirst: boolean;
}

/** A configuration that sets what overrides change in other places too, as far as it may. */
const CONFIG = {
  allowedOverrides: OVERRIDE_NAMES,
  proxy: {
    image: 'configured:1',
    imagePullPolicy: 'Never',
    container: {
      image: null,
      imagePullPolicy: null,
      restartPolicy: null,
      env: [
        { name: 'PROXY_LOG_LEVEL', value: 'configured' },
        { name: 'OTHER', value: 'configured' },
      ],
      lifecycle: { postStart: { exec: { command: ['wait'] } } },
      envFrom: [{ configMapRef: { name: 'a' } }],
      resources: { requests: { cpu: '50m', memory: '50Mi' }, limits: { cpu: '1', memory: '1Gi' } },
    },
  },
  init: {
    container: {
      env: [{ name: 'OTHER', value: 'configured' }],
      resources: { requests: { cpu: '50m', memory: '50Mi' }, limits: { cpu: '1', memory: '1Gi' } },
    },
  },
  redirect: {
    outbound: 'enabled',
    skipInboundPorts: '22',
    skipOutboundPorts: '23',
    skipOutboundCidrs: '10.9.0.0/16',
    skipInterfaces: 'eth9',
  },
};

const PROBE = { httpGet: { port: 8080 } };

/** For every override: a value, whether a Pod shows it, and annotations that the value requires. */
const EFFECTS: {
  readonly [name: string]: readonly [
    value: string,
    shows: (injected: Injected) => boolean,
    required?: { readonly [key: string]: string },
  ];
} = {
  image: ['other:2', ({ proxy }) => proxy.image === 'other:2'],
  'image-pull-policy': ['Always', ({ proxy }) => proxy.imagePullPolicy === 'Always'],
  mode: ['native', ({ isNative }) => isNative],
  'cpu-request': ['7m', ({ proxy }) => proxy.resources.requests?.cpu === '7m'],
  'cpu-limit': ['7', ({ proxy }) => proxy.resources.limits?.cpu === '7'],
  'memory-request': ['7Mi', ({ proxy }) => proxy.resources.requests?.memory === '7Mi'],
  'memory-limit': ['7Gi', ({ proxy }) => proxy.resources.limits?.memory === '7Gi'],
  'init-cpu-request': ['7m', ({ init }) => init.resources.requests?.cpu === '7m'],
  'init-cpu-limit': ['7', ({ init }) => init.resources.limits?.cpu === '7'],
  'init-memory-request': ['7Mi', ({ init }) => init.resources.requests?.memory === '7Mi'],
  'init-memory-limit': ['7Gi', ({ init }) => init.resources.limits?.memory === '7Gi'],
  'redirect-by': ['node', ({ isValidated }) => isValidated, { 'proxy-injection/mode': 'native' }],
  'skip-inbound-ports': ['7', ({ rules }) => / tcp dport 7 /.test(rules) && !/ 22 /.test(rules)],
  probes: ['direct', ({ rules }) => rules.includes('tcp dport 63000 counter redirect to :8080')],
  outbound: ['disabled', ({ rules }) => !rules.includes('10.9.0.0/16')],
  'skip-outbound-ports': ['7', ({ rules }) => / tcp dport 7 /.test(rules) && !/ 23 /.test(rules)],
  'skip-outbound-cidrs': ['10.7.0.0/16', ({ rules }) => rules.includes('10.7.0.0/16')],
  'skip-interfaces': ['eth7', ({ rules }) => rules.includes('"eth7"') && !rules.includes('eth9')],
  'hold-application': ['enabled', ({ isFirst }) => isFirst],
  'drain-seconds': ['7', ({ proxy }) => proxy.lifecycle.preStop?.sleep.seconds === 7],
  'log-level': [
    'debug',
    ({ proxy }) =>
      proxy.env.filter(({ name }) => name === 'PROXY_LOG_LEVEL').every(({ value }) => value === 'debug') &&
      proxy.env.some(({ name }) => name === 'OTHER'),
  ],
};

describe('an override wins over the configuration, wherever that sets the same', () => {
  const directory = mkdtempSync(join(tmpdir(), 'overrides-'));
  after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'config.yaml');
  writeFileSync(file, JSON.stringify(CONFIG));
  const { injector } = snapshotOf(loadConfiguration({ INJECTOR_CONFIG: file }), undefined);

  /** The proxy and the redirect rules of a Pod with these annotations. */
  function inject(annotations: { readonly [key: string]: string }, namespace = {}): Injected {
    const pod = { metadata: { annotations }, spec: { containers: [{ name: 'app', readinessProbe: PROBE }] } };
    const decision = injector.decide(pod, { namespace: 'shop' }, { annotations: namespace });
    if (decision.outcome !== 'injected') throw new Error(decision.message);
    const { spec } = patched(pod, injector.patch(decision)) as {
      spec: { containers: Container[]; initContainers: Container[] };
    };
    const isProxy = ({ name }: Container) => name === 'proxy-sidecar';
    const native = spec.initContainers.find(isProxy);
    const proxy = native ?? spec.containers.find(isProxy);
    const init = spec.initContainers.find(({ name }) => name === 'init-iptables');
    const rules = init?.env[0]?.value;
    assert.ok(proxy && init && rules);
    return {
      ...{ proxy, init, rules },
      isValidated: init.args?.[0] === 'wait-for-node-agent',
      isNative: native !== undefined,
      isFirst: proxy === spec.containers[0],
    };
  }

  it('is tested with every override', () => {
    assert.deepEqual(Object.keys(EFFECTS).sort(), [...OVERRIDE_NAMES].sort());
  });

  for (const [name, [value, shows, required]] of Object.entries(EFFECTS)) {
    const annotations = { ...required, [`proxy-injection/${name}`]: value };
    it(`${name} on the Pod`, () => {
      assert.ok(!shows(inject(required ?? {})));
      assert.ok(shows(inject(annotations)));
    });
    it(`${name} on the namespace`, () => assert.ok(shows(inject({}, annotations))));
  }
});
