import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SettingsChange, settings } from '../../../test/support/core-cases.js';
import type { Pod } from '../pod/pod.js';
import { ALIAS_PORTS, planProbes } from './probe-aliases.js';
import { resolveDefaults } from './resolved-settings.js';

const tcp = (port: number | string, fields: object = {}) => ({ tcpSocket: { port, ...fields } });

/** A plan as text: the aliases, which probes have them, and which go through the proxy. */
function planned(containers: readonly object[], change: SettingsChange = {}, initContainers: object[] = []) {
  const all = settings({ ...change, redirect: { probes: 'direct', ...change.redirect } });
  const pod = { spec: { containers, initContainers } } as unknown as Pod;
  const plan = planProbes(pod, resolveDefaults(all));
  return {
    aliases: plan.aliases.map(({ alias, port }) => `${alias} -> ${port}`),
    aliased: plan.aliased.map(
      ({ container, handler, given, alias }) => `${container.name} ${handler}: ${given} -> ${alias}`,
    ),
    proxied: plan.proxied.map(({ container, handler, given }) => `${container.name} ${handler}: ${given}`),
  };
}

const aliasesOf = (containers: readonly object[], change: SettingsChange = {}) =>
  planned(containers, change).aliases;
const probed = (...ports: readonly number[]) =>
  ports.map((port, index) => ({ name: `c${index}`, livenessProbe: tcp(port) }));

describe(planProbes.name, () => {
  it('gives each probed port one alias, whatever names and probes it has', () => {
    const named = (name: string, containerPort: number) => ({ ports: [{ name, containerPort }] });
    assert.deepEqual(
      planned([
        { name: 'a', ...named('http', 8080), livenessProbe: tcp('http'), readinessProbe: tcp(8080) },
        { name: 'b', ...named('http', 9090), livenessProbe: tcp('http') },
        { name: 'c', lifecycle: { preStop: { httpGet: { port: 8080 } } } },
      ]),
      {
        aliases: ['63000 -> 8080', '63001 -> 9090'],
        aliased: [
          'a livenessProbe: http -> 63000',
          'a readinessProbe: 8080 -> 63000',
          'b livenessProbe: http -> 63001',
          'c preStop: 8080 -> 63000',
        ],
        proxied: [],
      },
    );
  });

  it('leaves everything to the proxy in proxied mode', () => {
    assert.deepEqual(planned(probed(80), { redirect: { probes: 'proxied' } }), {
      aliases: [],
      aliased: [],
      proxied: ['c0 livenessProbe: 80'],
    });
  });

  it('leaves probes with a host alone', () => {
    const nothing = { aliases: [], aliased: [], proxied: [] };
    assert.deepEqual(planned([{ name: 'a', livenessProbe: tcp(80, { host: 'example.com' }) }]), nothing);
  });

  const NOT_REDIRECTED: readonly (readonly [string, SettingsChange])[] = [
    ['a skipped port', { redirect: { skipInboundPorts: '79-81' } }],
    ['any port if no inbound TCP is redirected', { redirect: { inboundTcp: 'disabled' } }],
    ["the proxy's own port", { proxy: { tcpPort: 80 } }],
    ['another port of the proxy', { proxy: { container: { ports: [{ containerPort: 80 }] } } }],
  ];
  for (const [name, change] of NOT_REDIRECTED) {
    it(`leaves alone what is not redirected: ${name}`, () => {
      assert.deepEqual(planned(probed(80), change), { aliases: [], aliased: [], proxied: [] });
    });
  }

  it('gives an alias to the port of a UDP listener of the proxy, which is redirected over TCP', () => {
    assert.deepEqual(aliasesOf(probed(5053)), ['63000 -> 5053']);
    const ports = [{ containerPort: 80, protocol: 'UDP' }];
    assert.deepEqual(aliasesOf(probed(80), { proxy: { container: { ports } } }), ['63000 -> 80']);
  });

  it('picks no alias that something in the Pod uses', () => {
    const declares = (containerPort: number, protocol = 'TCP') => ({ ports: [{ containerPort, protocol }] });
    assert.deepEqual(
      planned(
        [
          { name: 'a', livenessProbe: tcp(80), ...declares(63000) },
          { name: 'b', ...declares(63002, 'UDP') },
          { name: 'c', livenessProbe: tcp(63003) },
          { name: 'd', livenessProbe: tcp(63004, { host: 'localhost' }) },
        ],
        {
          proxy: {
            tcpPort: 63005,
            udpPort: 63006,
            container: { ports: [{ containerPort: 63007 }] },
          },
          redirect: { skipInboundPorts: '63008-63010' },
        },
        [{ name: 'i', ...declares(63001) }],
      ).aliases,
      ['63011 -> 80', '63012 -> 63003'],
    );
  });

  it('leaves a probe to the proxy if no alias is free', () => {
    const { first, last } = ALIAS_PORTS;
    const skipInboundPorts = `${first + 1}-${last}`;
    assert.deepEqual(planned(probed(80, 81, 80), { redirect: { skipInboundPorts } }), {
      aliases: ['63000 -> 80'],
      aliased: ['c0 livenessProbe: 80 -> 63000', 'c2 livenessProbe: 80 -> 63000'],
      proxied: ['c1 livenessProbe: 81'],
    });
    const many = Array.from({ length: last - first + 2 }, (_, index) => 1000 + index);
    assert.deepEqual(planned(probed(...many)).proxied, [`c${many.length - 1} livenessProbe: ${many.at(-1)}`]);
  });

  it('uses ports that neither Linux nor Kubernetes assigns', () => {
    assert.ok(ALIAS_PORTS.first > 60999 && ALIAS_PORTS.last <= 65535);
  });

  it('leaves alone a container that shares its name with another', () => {
    assert.deepEqual(planned([{ name: 'a', livenessProbe: tcp(80) }], {}, [{ name: 'a' }]), {
      aliases: [],
      aliased: [],
      proxied: ['a livenessProbe: 80'],
    });
  });

  describe('for a native sidecar of the Pod', () => {
    const db = {
      name: 'db',
      restartPolicy: 'Always',
      startupProbe: tcp(5432),
      livenessProbe: tcp(5432),
      readinessProbe: tcp(5432),
      lifecycle: { postStart: { httpGet: { port: 5433 } }, preStop: { httpGet: { port: 5433 } } },
    };
    const app = [{ name: 'app' }];

    it('keeps, in container mode, what the kubelet asks before the redirect is in place', () => {
      assert.deepEqual(planned(app, { proxy: { mode: 'container' } }, [db, { name: 'migrate' }]), {
        aliases: ['63000 -> 5432', '63001 -> 5433'],
        aliased: ['db readinessProbe: 5432 -> 63000', 'db preStop: 5433 -> 63001'],
        proxied: ['db livenessProbe: 5432'],
      });
    });

    it('also replaces its liveness probe if no init container comes after it', () => {
      const { aliased, proxied } = planned(app, { proxy: { mode: 'container' } }, [{ name: 'migrate' }, db]);
      assert.ok(aliased.includes('db livenessProbe: 5432 -> 63000'));
      assert.deepEqual(proxied, []);
    });

    it('replaces everything in native mode, where the redirect comes first', () => {
      assert.deepEqual(planned(app, { proxy: { mode: 'native' } }, [db]), {
        aliases: ['63000 -> 5432', '63001 -> 5433'],
        aliased: [
          'db startupProbe: 5432 -> 63000',
          'db livenessProbe: 5432 -> 63000',
          'db readinessProbe: 5432 -> 63000',
          'db postStart: 5433 -> 63001',
          'db preStop: 5433 -> 63001',
        ],
        proxied: [],
      });
    });
  });
});
