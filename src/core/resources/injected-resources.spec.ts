import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { subject } from '../../../test/support/core-cases.js';
import { decide, type Injected } from '../decision/decision.js';
import type { PodResources } from '../settings/settings.js';
import type { JsonObject } from '../values/json.js';

const GUARANTEED = { limits: { cpu: '1', memory: '1Gi' } };
const PROXY = { requests: { cpu: '50m', memory: '64Mi' } };
const INIT = { requests: { cpu: '50m', memory: '16Mi' }, limits: { memory: '32Mi' } };
const POD = { limits: { cpu: '2', memory: '2Gi' } };

interface Change {
  readonly app?: JsonObject;
  readonly pod?: JsonObject;
  readonly proxy?: JsonObject;
  readonly init?: JsonObject;
  readonly podResources?: PodResources;
  readonly annotations?: { readonly [name: string]: string };
}

function injected({ app, pod, proxy = PROXY, init = INIT, podResources = 'omit', annotations = {} }: Change) {
  const decision = decide(
    subject({
      spec: { containers: [{ name: 'app', resources: app }], ...(pod && { resources: pod }) },
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([name, value]) => [`proxy-injection/${name}`, value]),
      ),
      settings: {
        proxy: { podResources, container: { resources: proxy } },
        init: { container: { resources: init } },
      },
    }) as Parameters<typeof decide>[0],
  ) as Injected;
  assert.equal(decision.outcome, 'injected', JSON.stringify(decision));
  const { requests, limits, init: ofInit, grown } = decision.settings;
  return {
    proxy: { requests, limits },
    init: ofInit,
    grown,
    warnings: decision.warnings,
    key: decision.resourcesKey,
  };
}

const both = (cpu: string, memory: string) => ({ requests: { cpu, memory }, limits: { cpu, memory } });

describe('the resources of the containers', () => {
  it('are those of the settings, in any Pod but a Guaranteed one', () => {
    const { proxy, init, key, warnings } = injected({ app: { requests: { cpu: '1' } } });
    assert.deepEqual(
      { proxy, init, key, warnings },
      {
        proxy: { ...PROXY, limits: {} },
        init: INIT,
        key: '',
        warnings: [],
      },
    );
  });

  it('keep a Guaranteed Pod Guaranteed', () => {
    const { proxy, init, warnings } = injected({ app: GUARANTEED });
    assert.deepEqual(
      { proxy, init, warnings },
      {
        proxy: both('50m', '64Mi'),
        init: both('50m', '32Mi'),
        warnings: [],
      },
    );
  });

  it('come with a warning if a Guaranteed Pod becomes Burstable, because an amount is missing', () => {
    assert.deepEqual(injected({ app: GUARANTEED, proxy: {}, init: { limits: { cpu: '1' } } }).warnings, [
      'proxy-injection: the Pod is no longer Guaranteed: init-iptables has no memory limit',
      'proxy-injection: the Pod is no longer Guaranteed: proxy-sidecar has no cpu and memory limit',
    ]);
  });

  it('come with a warning if its own annotations make a Guaranteed Pod Burstable', () => {
    const annotations = { 'cpu-request': '10m', 'cpu-limit': '20m' };
    const { proxy, warnings } = injected({ app: GUARANTEED, annotations });
    assert.deepEqual(proxy, {
      requests: { cpu: '10m', memory: '64Mi' },
      limits: { cpu: '20m', memory: '64Mi' },
    });
    assert.deepEqual(warnings, [
      'proxy-injection: the Pod is no longer Guaranteed: proxy-sidecar has limits other than its requests',
    ]);
  });

  it('follow the one amount that an annotation sets', () => {
    const annotations = { 'memory-request': '100Mi', 'init-memory-request': '20Mi' };
    const { proxy, init, warnings } = injected({ app: GUARANTEED, annotations });
    assert.deepEqual(
      { proxy, init, warnings },
      {
        proxy: both('50m', '100Mi'),
        init: both('50m', '20Mi'),
        warnings: [],
      },
    );
  });

  it('are left out in a Pod with resources of its own, except for those that only a container can have', () => {
    const { proxy, init, grown, warnings } = injected({
      pod: POD,
      proxy: { requests: { cpu: '1', 'ephemeral-storage': '1Gi' }, limits: { memory: '1Gi' } },
    });
    assert.deepEqual(
      { proxy, init, grown, warnings },
      {
        proxy: { requests: { 'ephemeral-storage': '1Gi' }, limits: {} },
        init: { requests: {}, limits: {} },
        grown: undefined,
        warnings: [],
      },
    );
  });

  it('come with a warning about annotations that have no effect in such a Pod', () => {
    const annotations = { 'cpu-limit': '1', 'init-memory-request': '20Mi' };
    assert.deepEqual(injected({ pod: POD, annotations }).warnings, [
      'proxy-injection: proxy-injection/cpu-limit has no effect: the containers share spec.resources',
      'proxy-injection: proxy-injection/init-memory-request has no effect: the containers share spec.resources',
    ]);
    assert.equal(injected({ pod: POD, annotations, podResources: 'grow' }).warnings.length, 1);
  });

  it('are added to those of such a Pod, except for those of the init container', () => {
    const { proxy, init, grown } = injected({
      pod: { requests: { cpu: '1' }, ...POD },
      podResources: 'grow',
    });
    assert.deepEqual(
      { proxy, init },
      { proxy: { ...PROXY, limits: {} }, init: { requests: {}, limits: {} } },
    );
    assert.deepEqual(
      grown?.values.map(({ path, value }) => [path.join('.'), value]),
      [
        ['spec.resources.requests.cpu', '1050m'],
        ['spec.resources.limits.cpu', '2050m'],
        ['spec.resources.limits.memory', '2112Mi'],
        ['spec.resources.requests.memory', '2112Mi'],
      ],
    );
  });

  it('are added equally to such a Pod that is Guaranteed', () => {
    const proxy = { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '1', memory: '1Gi' } };
    const { grown } = injected({ pod: { requests: POD.limits, ...POD }, proxy, podResources: 'grow' });
    assert.deepEqual(
      grown?.values.map(({ value }) => value),
      ['3', '3Gi', '3', '3Gi'],
    );
  });

  it('have another key whenever they differ between Pods', () => {
    const keys = [
      injected({}),
      injected({ app: GUARANTEED }),
      injected({ app: GUARANTEED, annotations: { 'cpu-request': '10m', 'cpu-limit': '10m' } }),
      injected({ pod: POD }),
      injected({ pod: POD, podResources: 'grow' }),
      injected({ pod: { limits: { cpu: '3' } }, podResources: 'grow' }),
    ].map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length);
  });
});
