import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Configuration } from '../../../src/config/schema/configuration.js';
import { PRODUCT_VERSION } from '../../../src/core/version.js';
import { Service } from './service.js';

const UID = '705ab4f5-6393-11e8-b7cc-42010a800002';
const CONTAINERS = [{ name: 'app', image: 'app:1' }];

interface Added {
  readonly name: string;
  readonly image: string;
  readonly [field: string]: unknown;
}

/** The behavior without any configuration: the contract of the tutorial, with its faults corrected. */
describe('the base contract', () => {
  let service: Service;
  before(async () => {
    service = await Service.start('namespaces: {legacy: {annotations: {proxy-injection: disabled}}}');
  });
  after(() => service.stop());

  async function ask(object: object, request: object = {}) {
    return service.review({ request: { uid: UID, object, ...request } });
  }

  /** The containers the patch adds, by name. */
  async function added(object: object): Promise<{ [name: string]: Added }> {
    const { patch = [] } = await ask(object);
    const values = (patch as { path: string; value: Added | Added[] }[]).filter(({ path }) =>
      /ontainers/.test(path),
    );
    return Object.fromEntries(
      values.flatMap(({ value }) => value).map((container) => [container.name, container]),
    );
  }

  it('listens on 0.0.0.0:9443 with the certificate pair of /etc/webhook/certs', () => {
    const { webhook, tls } = new Configuration();
    assert.deepEqual([webhook.host, webhook.port], ['0.0.0.0', 9443]);
    assert.deepEqual([tls.cert, tls.key], ['/etc/webhook/certs/tls.crt', '/etc/webhook/certs/tls.key']);
  });

  it('accepts a review with nothing but a uid and an object', async () => {
    const { status, headers, body } = await service.request({
      body: JSON.stringify({ request: { uid: UID, object: { spec: { containers: CONTAINERS } } } }),
    });
    assert.deepEqual([status, headers['content-type']], [200, 'application/json']);
    const review = JSON.parse(body);
    assert.deepEqual(Object.keys(review), ['apiVersion', 'kind', 'response']);
    assert.deepEqual([review.apiVersion, review.kind], ['admission.k8s.io/v1', 'AdmissionReview']);
    const { uid, allowed, patchType } = review.response;
    assert.deepEqual({ uid, allowed, patchType }, { uid: UID, allowed: true, patchType: 'JSONPatch' });
  });

  it('keeps idle connections longer than the 90 s of the API server', async () => {
    const { headers } = await service.request({ body: '{}' });
    const [, seconds] = /^timeout=(\d+)$/.exec(String(headers['keep-alive'])) ?? [];
    assert.ok(Number(seconds) > 90, `Keep-Alive: ${headers['keep-alive']}`);
  });

  it('uses the namespace of the object if the request names none', async () => {
    const object = { metadata: { namespace: 'legacy' }, spec: { containers: CONTAINERS } };
    assert.equal((await ask(object)).auditAnnotations.reason, 'namespace-disabled');
    assert.equal((await ask(object, { namespace: 'shop' })).auditAnnotations.reason, 'injected');
  });

  it('adds an init container that redirects all TCP to 5054 and all UDP to 5053', async () => {
    const { 'init-iptables': init } = await added({ spec: { containers: CONTAINERS } });
    const { capabilities, runAsUser, runAsNonRoot } = (init?.securityContext ?? {}) as {
      [field: string]: unknown;
    };
    assert.deepEqual(capabilities, { add: ['NET_ADMIN'], drop: ['ALL'] });
    assert.deepEqual([runAsUser, runAsNonRoot], [65532, true]);
    assert.equal(init?.image, `ghcr.io/proxy-injector/proxy-init:${PRODUCT_VERSION}`);
    const [nft, ...iptables] = ((init?.env ?? []) as { value: string }[]).map(({ value }) => value);
    assert.match(nft ?? '', /tcp counter redirect to :5054$[\s\S]*udp counter redirect to :5053$/m);
    assert.equal(iptables.length, 2);
    for (const rules of iptables) {
      assert.match(
        rules,
        /^\*nat$[\s\S]*-p tcp -j REDIRECT --to-ports 5054$[\s\S]*-p udp -j REDIRECT --to-ports 5053$/m,
      );
    }
  });

  it('adds the proxy with its image and ports', async () => {
    const { 'proxy-sidecar': proxy } = await added({ spec: { containers: CONTAINERS } });
    assert.equal(proxy?.image, 'lorenzotettamanti/cortexflow-proxy:latest');
    assert.deepEqual(proxy?.ports, [
      { containerPort: 5054, protocol: 'TCP' },
      { containerPort: 5053, protocol: 'UDP' },
    ]);
  });

  const DENIALS: readonly [string, object, object, string][] = [
    [
      'a sidecar is present',
      { spec: { containers: [...CONTAINERS, { name: 'cortexflow-proxy' }] } },
      {},
      'The pod is not eligible for proxy injection. Sidecar proxy already present.',
    ],
    [
      'the namespace is disabled',
      { spec: { containers: CONTAINERS } },
      { namespace: 'legacy' },
      'Automatic namespace injection is disabled.',
    ],
    [
      'the Pod is disabled',
      { metadata: { annotations: { 'proxy-injection': 'disabled' } }, spec: { containers: CONTAINERS } },
      {},
      'Automatic pod injection is disabled.',
    ],
  ];
  for (const [name, object, request, message] of DENIALS) {
    it(`denies with 403 and the message of the contract if ${name}`, async () => {
      const { allowed, status, patch } = await ask(object, request);
      assert.deepEqual([allowed, status?.code, status?.message, patch], [false, 403, message, undefined]);
    });
  }

  it('reports the first reason that holds', async () => {
    const annotations = { 'proxy-injection': 'disabled' };
    const object = { metadata: { annotations }, spec: { containers: [{ name: 'cortexflow-proxy' }] } };
    assert.equal((await ask(object, { namespace: 'legacy' })).auditAnnotations.reason, 'sidecar-present');
    const optedOut = { metadata: { annotations }, spec: { containers: CONTAINERS } };
    assert.equal(
      (await ask(optedOut, { namespace: 'legacy' })).auditAnnotations.reason,
      'namespace-disabled',
    );
  });
});
