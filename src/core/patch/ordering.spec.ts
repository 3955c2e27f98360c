import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settings } from '../../../test/support/core-cases.js';
import { patched } from '../../../test/unit/golden/golden-case.js';
import { Injector } from '../injector.js';
import type { PodAdditions, ProxySettings } from '../settings/settings.js';
import type { JsonObject } from '../values/json.js';
import { removalOf } from './removal.js';

const POST_START = { exec: { command: ['wait'] } };
const WAIT = { lifecycle: { postStart: POST_START } };
const HELD = { holdApplication: 'enabled', container: WAIT } as const;
const DEFAULT = 'kubectl.kubernetes.io/default-container';
const APP = { name: 'app' };

interface Patched {
  readonly metadata: { readonly annotations: { readonly [key: string]: string } };
  readonly spec: { readonly containers: JsonObject[]; readonly initContainers: JsonObject[] };
}

function inject(
  proxy: Partial<ProxySettings>,
  pod: JsonObject = {},
  added: Partial<PodAdditions> = {},
): Patched {
  const injector = new Injector(settings({ proxy, pod: added }), { version: '1', configHash: 'abc' });
  const given = { spec: { containers: [APP, { name: 'log' }] }, ...pod };
  const decision = injector.decide(given, { namespace: 'shop' }, { annotations: {} });
  if (decision.outcome !== 'injected') throw new Error(decision.message);
  return patched(given, injector.patch(decision)) as Patched;
}

const names = (list: readonly JsonObject[]) => list.map(({ name }) => name);
const proxyOf = ({ spec }: Patched) =>
  [...spec.containers, ...spec.initContainers].find(({ name }) => name === 'proxy-sidecar') as JsonObject;

describe('a held app', () => {
  it('starts after the proxy in container mode, and is the one that kubectl picks', () => {
    const pod = inject(HELD);
    assert.deepEqual(names(pod.spec.containers), ['proxy-sidecar', 'app', 'log']);
    assert.deepEqual(names(pod.spec.initContainers), ['init-iptables']);
    assert.equal(pod.metadata.annotations[DEFAULT], 'app');
    assert.deepEqual(proxyOf(pod).lifecycle, { postStart: POST_START });
    assert.equal(proxyOf(pod).startupProbe, undefined);
  });

  it('starts in native mode once something listens on the TCP port', () => {
    const pod = inject({ mode: 'native', holdApplication: 'enabled', tcpPort: 6000 });
    assert.deepEqual(names(pod.spec.initContainers), ['init-iptables', 'proxy-sidecar']);
    const { startupProbe } = proxyOf(pod);
    assert.deepEqual(startupProbe, { tcpSocket: { port: 6000 }, periodSeconds: 1, failureThreshold: 120 });
    assert.equal(pod.metadata.annotations[DEFAULT], undefined);
  });

  it('waits for the configured startup probe, if there is one', () => {
    const startupProbe = { grpc: { port: 1 } };
    const pod = inject({ mode: 'native', holdApplication: 'enabled', container: { startupProbe } });
    assert.deepEqual(proxyOf(pod).startupProbe, startupProbe);
  });

  it('is the default of kubectl only if neither the Pod nor the configuration names another', () => {
    const own = { metadata: { annotations: { [DEFAULT]: 'log' } } };
    assert.equal(inject(HELD, own).metadata.annotations[DEFAULT], 'log');
    const configured = { annotations: { [DEFAULT]: 'proxy-sidecar' } };
    assert.equal(inject(HELD, {}, configured).metadata.annotations[DEFAULT], 'proxy-sidecar');
    assert.equal(inject(HELD, own, configured).metadata.annotations[DEFAULT], 'log');
  });

  it('loses the annotation with the proxy, unless it was its own', () => {
    for (const annotations of [{ team: 'web' }, { [DEFAULT]: 'log' }]) {
      const pod = { metadata: { annotations }, spec: { containers: [APP] } };
      const injected = inject(HELD, pod);
      assert.deepEqual(patched(injected, removalOf(injected)?.operations ?? []), pod);
    }
  });
});

describe('an app that is not held', () => {
  it('comes before the proxy, without a startup probe or an annotation', () => {
    const pod = inject({ container: WAIT });
    assert.deepEqual(names(pod.spec.containers), ['app', 'log', 'proxy-sidecar']);
    assert.equal(pod.metadata.annotations[DEFAULT], undefined);
    assert.equal(proxyOf(inject({ mode: 'native' })).startupProbe, undefined);
  });
});

describe('the preStop hook of the proxy', () => {
  const sleeping = { spec: { containers: [{ ...APP, lifecycle: { preStop: { sleep: { seconds: 12 } } } }] } };

  it('sleeps as long as that of the app, next to the other hook', () => {
    const lifecycle = { postStart: POST_START, preStop: { sleep: { seconds: 12 } } };
    assert.deepEqual(proxyOf(inject(HELD, sleeping)).lifecycle, lifecycle);
  });

  it('is left alone if it is configured', () => {
    const lifecycle = { preStop: { exec: { command: ['drain'] } } };
    assert.deepEqual(proxyOf(inject({ container: { lifecycle } }, sleeping)).lifecycle, lifecycle);
  });

  it('does not exist in native mode, or if no hook of the app sleeps', () => {
    assert.equal(proxyOf(inject({ mode: 'native' }, sleeping)).lifecycle, undefined);
    assert.equal(proxyOf(inject({})).lifecycle, undefined);
  });
});
