import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { snapshotOf } from '../../src/config/snapshot.js';
import { configVariables } from '../../src/policy/config.js';
import { HELMS, type KubernetesObject, notes, type Release, rejection, render } from './chart.js';
import { configurationOf } from './configuration.js';
import { servingReleases } from './golden-release.js';
import { largeConfiguration } from './large-configuration.js';

const envoy = (proxy: object, redirect: object = {}): Release => ({
  values: { config: { proxy: { preset: 'envoy', ...proxy }, redirect } },
});

const RELEASES: readonly (readonly [title: string, release: Release])[] = [
  ...servingReleases().map(({ name, release }) => [name, release] as const),
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
  ['more than fits into an expression', { values: { config: largeConfiguration() } }],
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

  describe('with a value that is too long for an expression', () => {
    const config = { proxy: { container: { args: ['--short', 'é'.repeat(89_999)] } } };
    const problem =
      'config.proxy.container.args[1] is too long for an admission policy ' +
      '(as a CEL literal, 90001 characters, but 90000 are allowed)';

    it('are rejected in the modes in which the API server injects', () => {
      for (const mode of ['both', 'policy']) {
        const message = rejection({ values: { mode, config } }) ?? '';
        assert.ok(message.includes(`mode is ${mode}, but ${problem}: shorten it, or`), message);
      }
    });

    it('leave out the owner warnings where the webhook injects, and NOTES.txt says so', () => {
      const kinds = render({ values: { config } }).filter(({ kind }) => kind.startsWith('Validating'));
      assert.ok(kinds.every(({ metadata }) => !metadata.name.endsWith('-owners')));
      assert.ok(notes({ values: { config } }).includes(`There are no owner warnings: ${problem}.`));
      assert.doesNotMatch(notes({}), /no owner warnings/);
      const isOff = { ownerWarnings: { enabled: false } };
      assert.doesNotMatch(notes({ values: { config, ...isOff } }), /no owner warnings/);
    });
  });
});

function isOwnersPolicy({ kind, metadata }: KubernetesObject): boolean {
  return kind === 'ValidatingAdmissionPolicy' && metadata.name.endsWith('-owners');
}

function plain({ name, expression }: { readonly name: string; readonly expression: string }): object {
  return { name, expression };
}
