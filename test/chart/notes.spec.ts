import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../src/core/values/json.js';
import { find, notes, type Release, render } from './chart.js';

const RELEASES: readonly Release[] = [
  {},
  { name: 'mesh', namespace: 'mesh-system' },
  { values: { fullnameOverride: 'sidecars' } },
];

describe('NOTES.txt', () => {
  for (const release of RELEASES) {
    it(`names the objects of the release: ${JSON.stringify(release)}`, () => {
      const text = notes(release);
      const names = (kind: string) =>
        render(release)
          .filter((object) => object.kind === kind)
          .map(({ metadata }) => metadata.name);
      const named = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))];
      assert.deepEqual(named(/deployment\/(\S+)/g), names('Deployment'));
      assert.deepEqual(named(/mutatingwebhookconfiguration (\S+)/g), names('MutatingWebhookConfiguration'));
      assert.deepEqual(named(/helm test (\S+)/g), [release.name ?? 'proxy-injector']);
      assert.deepEqual(named(/ -n ([a-z]\S*)/g), [release.namespace ?? 'proxy-system']);
    });
  }

  it('shows how to wait for the agents of node mode', () => {
    const withAgent: Release = { values: { agent: { enabled: true } } };
    const [, name] = /rollout status daemonset\/(\S+)/.exec(notes(withAgent)) ?? [];
    assert.equal(name, find(render(withAgent), 'DaemonSet').metadata.name);
    assert.doesNotMatch(notes({}), /daemonset/);
  });

  it('shows how to opt in, or how to opt out', () => {
    const optOut = notes({ values: { webhook: { selection: 'optOut' } } });
    assert.match(notes({}), /proxy-injection=enabled\n[\s\S]*Pods that opted in cannot be created/);
    assert.match(optOut, /proxy-injection=disabled\n[\s\S]*Pods that did not opt out cannot be created/);
    assert.doesNotMatch(optOut, /proxy-injection=enabled/);
  });

  it('shows the log of every replica, and of no other Pod', () => {
    const [, selector = ''] = /logs --prefix --tail=-1 \\\n\s+-l (\S+)/.exec(notes({})) ?? [];
    const labels = new Map(selector.split(',').map((pair) => pair.split('=') as [string, string]));
    const objects = render({});
    const { matchLabels } = find(objects, 'Deployment').spec.selector;
    assert.deepEqual(Object.fromEntries(labels), matchLabels);
    const podLabels = find(objects, 'Pod').metadata.labels;
    assert.ok([...labels].some(([key, value]) => podLabels[key] !== value));
  });

  it('warns about alerts on metrics that nothing scrapes', () => {
    const warning = (values: JsonObject) => /ServiceMonitor/.test(notes({ values }));
    assert.equal(warning({ prometheusRule: { enabled: true } }), true);
    assert.equal(warning({ prometheusRule: { enabled: true }, serviceMonitor: { enabled: true } }), false);
    assert.equal(warning({}), false);
  });

  it('says how to get a proxy that works, unless there is a preset or another image', () => {
    const withProxy = (proxy: JsonObject) => notes({ values: { config: { proxy } } });
    assert.match(notes({}), /set config\.proxy\.preset to\s+envoy/);
    assert.doesNotMatch(withProxy({ image: 'a:1' }), /config\.proxy\.image/);
    assert.doesNotMatch(withProxy({ preset: 'envoy' }), /config\.proxy\.image/);
  });

  it('recommends the guard only if Pods would start without a proxy unnoticed', () => {
    const recommends = (values: JsonObject) => /Set\s+guard\.action/.test(notes({ values }));
    const webhook = { failurePolicy: 'Ignore' };
    assert.equal(recommends({ webhook }), true);
    assert.equal(recommends({ webhook, guard: { action: 'Warn' } }), false);
    assert.equal(recommends({}), false);
  });

  it('shows how to bypass the injector only if an outage blocks Pods', () => {
    assert.match(notes({}), /kubectl delete mutatingwebhookconfiguration/);
    const webhook = { failurePolicy: 'Ignore' };
    assert.doesNotMatch(notes({ values: { webhook } }), /kubectl delete/);
    assert.match(
      notes({ values: { webhook, guard: { action: 'Deny' } } }),
      /cannot be created \(guard\.action is Deny\)[\s\S]*kubectl delete validatingadmissionpolicy/,
    );
    const both = { kubernetes: '1.37.0', values: { mode: 'both', guard: { action: 'Deny' } } };
    assert.doesNotMatch(notes(both), /kubectl delete/);
  });
});
