import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { snapshotOf } from '../../src/config/snapshot.js';
import { configVariables } from '../../src/policy/config.js';
import { HELMS, type KubernetesObject, type Release, render } from './chart.js';
import { configurationOf } from './configuration.js';
import { goldenReleases } from './golden-release.js';

const envoy = (proxy: object, redirect: object = {}): Release => ({
  values: { config: { proxy: { preset: 'envoy', ...proxy }, redirect } },
});

const RELEASES: readonly (readonly [title: string, release: Release])[] = [
  ...goldenReleases().map(({ name, release }) => [name, release] as const),
  [
    'in another namespace',
    { namespace: 'elsewhere', values: { config: { excludedNamespaces: ['a', 'b'] } } },
  ],
  ['envoy', envoy({})],
  ['envoy in container mode', envoy({ mode: 'container' })],
  ['envoy with an access log', envoy({ accessLog: 'enabled', mode: 'native' })],
  ['envoy without IPv6', envoy({}, { ipv6: 'disabled' })],
  ['envoy with a tcpPort of its own', envoy({ tcpPort: 5055 })],
  [
    'envoy with other ports',
    envoy({ tcpPort: 5057, container: { ports: [{ name: 'envoy-metrics', containerPort: 5056 }] } }),
  ],
  [
    'envoy with other ports of the proxy',
    envoy({ container: { ports: [{ name: 'other', containerPort: 9000 }] } }),
  ],
  [
    'envoy with resources',
    envoy({ container: { resources: { limits: { cpu: 1, memory: '1Gi' } }, args: ['--version'] } }),
  ],
  [
    'lists and numbers instead of text',
    {
      values: {
        config: {
          redirect: { skipInboundPorts: [80, '443'], skipOutboundPorts: 53 },
          proxy: { drainSeconds: 5 },
        },
      },
    },
  ],
  [
    'texts that need escapes',
    {
      values: {
        config: {
          foreignProxies: [],
          pod: { annotations: { a: 'é "<&>"\n\\', b: "it's {{ x }}" } },
          proxy: {
            container: {
              env: [
                { name: 'A', value: '' },
                { name: 'B', value: '\u0007$(C)' },
              ],
            },
          },
        },
      },
    },
  ],
  [
    'numbers of all kinds',
    {
      values: {
        config: {
          proxy: { uid: 1000650000, gid: 'namespace', container: { resources: { requests: { cpu: 0.5 } } } },
        },
      },
    },
  ],
];

describe('the settings in admission policies', () => {
  for (const [title, release] of RELEASES.filter(([, { kubernetes = '1.37' }]) => kubernetes >= '1.31')) {
    for (const helm of HELMS) {
      it(`are those of the injector: ${title} (${helm})`, () => {
        const objects = render(release, helm);
        const own = objects.find(({ kind }) => kind === 'ConfigMap').metadata.namespace;
        const { settings, identity } = snapshotOf(configurationOf(objects), own).injector;
        const expected = configVariables(settings, identity);
        const [policy] = objects.filter(isOwnersPolicy);
        const given = policy?.spec.variables.slice(0, expected.length);
        assert.deepEqual(given.map(plain), expected.map(plain));
      });
    }
  }

  it('are rejected by name if they are too long for an expression', () => {
    const env = Array.from({ length: 3000 }, (_, index) => ({ name: `VARIABLE_${index}`, value: 'x' }));
    const values = { config: { proxy: { container: { env } } } };
    assert.throws(
      () => render({ values }),
      /config\.proxy is too long .* set ownerWarnings\.enabled to false/,
    );
    assert.doesNotThrow(() => render({ values: { ...values, ownerWarnings: { enabled: false } } }));
  });
});

function isOwnersPolicy({ kind, metadata }: KubernetesObject): boolean {
  return kind === 'ValidatingAdmissionPolicy' && metadata.name.endsWith('-owners');
}

function plain({ name, expression }: { readonly name: string; readonly expression: string }): object {
  return { name, expression };
}
