import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../src/core/values/json.js';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { find, HELMS, type KubernetesObject, rejection, render } from './chart.js';
import { configurationOf } from './configuration.js';
import { apiServerProblems } from './kube-check.js';

const PEM = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';

function deployment(values: JsonObject): KubernetesObject {
  return find(render({ values }), 'Deployment').spec;
}

/** The images of the injector, the proxy, and the init container. */
function images(values: JsonObject): string[] {
  const objects = render({ values });
  const { proxy, init } = configurationOf(objects).configuration;
  const { image } = find(objects, 'Deployment').spec.template.spec.containers[0];
  assert.equal(find(objects, 'Pod').spec.containers[0].image, image, 'the image of helm test');
  return [image, proxy.image, init.image];
}

describe('the registry of the images', () => {
  const own = {
    config: { proxy: { image: 'quay.example.com/proxy:1' }, init: { image: 'localhost:5000/init:1' } },
  };
  const CASES: readonly (readonly [title: string, values: JsonObject, expected: string[]])[] = [
    [
      'is not set by default',
      {},
      [
        `proxy-injector/injector:${PRODUCT_VERSION}`,
        'lorenzotettamanti/cortexflow-proxy:latest',
        `proxy-injector/proxy-init:${PRODUCT_VERSION}`,
      ],
    ],
    [
      "is image.registry for this project's images, unless they name one",
      { image: { registry: 'r.example.com/mirror', tag: '1' }, config: { proxy: { image: 'team/proxy:1' } } },
      [
        'r.example.com/mirror/proxy-injector/injector:1',
        'team/proxy:1',
        `r.example.com/mirror/proxy-injector/proxy-init:${PRODUCT_VERSION}`,
      ],
    ],
    [
      'is not image.registry for an init container whose image names one',
      { image: { registry: 'r.example.com/mirror', tag: '1' }, ...own },
      ['r.example.com/mirror/proxy-injector/injector:1', 'quay.example.com/proxy:1', 'localhost:5000/init:1'],
    ],
    [
      'is global.imageRegistry for all images of the values that name none',
      {
        global: { imageRegistry: 'r.example.com' },
        image: { registry: 'other', tag: '1' },
        config: { proxy: { image: 'team/proxy:1' } },
      },
      [
        'r.example.com/proxy-injector/injector:1',
        'r.example.com/team/proxy:1',
        `r.example.com/proxy-injector/proxy-init:${PRODUCT_VERSION}`,
      ],
    ],
    [
      'stays what an image names',
      {
        global: { imageRegistry: 'r.example.com' },
        image: { repository: 'own.example.com/injector', digest: `sha256:${'0'.repeat(64)}` },
        ...own,
      },
      [
        `own.example.com/injector@sha256:${'0'.repeat(64)}`,
        'quay.example.com/proxy:1',
        'localhost:5000/init:1',
      ],
    ],
  ];
  for (const [title, values, expected] of CASES) {
    it(title, () => assert.deepEqual(images(values), expected));
  }
});

describe('the values for Pods', () => {
  it('are passed on to the Deployment', () => {
    const volume = { name: 'spool', emptyDir: {} };
    const mount = { name: 'spool', mountPath: '/spool' };
    const dnsConfig = { options: [{ name: 'ndots', value: '1' }] };
    const { minReadySeconds, template } = deployment({
      minReadySeconds: 10,
      runtimeClassName: 'gvisor',
      dnsPolicy: 'None',
      dnsConfig,
      extraVolumes: [volume],
      extraVolumeMounts: [mount],
      extraArgs: ['--max-old-space-size=400'],
    });
    const { containers, volumes, ...pod } = template.spec;
    assert.equal(minReadySeconds, 10);
    assert.equal(pod.runtimeClassName, 'gvisor');
    assert.equal(pod.dnsPolicy, 'None');
    assert.deepEqual(pod.dnsConfig, dnsConfig);
    assert.deepEqual(volumes.at(-1), volume);
    assert.deepEqual(containers[0].volumeMounts.at(-1), mount);
    assert.deepEqual(containers[0].args, ['--max-old-space-size=400', 'dist/main.js']);
  });

  it('have a DNS policy that fits the host network, unless one is set', () => {
    const policy = (values: JsonObject) => deployment(values).template.spec.dnsPolicy;
    assert.equal(policy({}), undefined);
    assert.equal(policy({ hostNetwork: true }), 'ClusterFirstWithHostNet');
    assert.equal(policy({ hostNetwork: true, dnsPolicy: 'Default' }), 'Default');
  });
});

describe('the Service', () => {
  it('has the values of service, and the webhook calls its port', () => {
    const service = {
      type: 'NodePort',
      port: 8443,
      annotations: { a: 'b' },
      ipFamilyPolicy: 'PreferDualStack',
    };
    const objects = render({ values: { service: { ...service, ipFamilies: ['IPv6', 'IPv4'] } } });
    const { metadata, spec } = find(objects, 'Service', 'proxy-injector');
    assert.deepEqual(metadata.annotations, { a: 'b' });
    assert.equal(spec.type, 'NodePort');
    assert.equal(spec.ipFamilyPolicy, 'PreferDualStack');
    assert.deepEqual(spec.ipFamilies, ['IPv6', 'IPv4']);
    assert.equal(spec.ports[0].port, 8443);
    for (const { clientConfig } of find(objects, 'MutatingWebhookConfiguration').webhooks) {
      assert.equal(clientConfig.service.port, 8443);
    }
  });
});

describe('a ServiceMonitor in another namespace', () => {
  const serviceMonitor = { enabled: true, namespace: 'monitoring' };
  const { metadata, spec } = find(render({ values: { serviceMonitor } }), 'ServiceMonitor');

  it("selects the release's namespace, and its name names that", () => {
    assert.deepEqual([metadata.namespace, metadata.name], ['monitoring', 'proxy-injector.proxy-system']);
    assert.deepEqual(spec.namespaceSelector, { matchNames: ['proxy-system'] });
  });
});

describe('namespaceOverride', () => {
  it('replaces the namespace of the release everywhere', () => {
    const values = { serviceMonitor: { enabled: true }, namespaceOverride: 'elsewhere' };
    const objects = render({ namespace: 'of-the-release', values });
    assert.doesNotMatch(JSON.stringify(objects), /of-the-release/);
    assert.deepEqual(render({ namespace: 'elsewhere', values }), objects);
  });
});

describe('commonAnnotations', () => {
  const objects = render({
    values: {
      commonAnnotations: { team: 'mesh', 'helm.sh/hook-weight': '9' },
      serviceMonitor: { enabled: true },
      prometheusRule: { enabled: true },
      networkPolicy: { enabled: true },
      autoscaling: { enabled: true },
      dashboard: { enabled: true, annotations: { team: 'dashboards' } },
    },
  });

  it('are on every object, whose own annotations take precedence', () => {
    for (const { kind, metadata } of objects) {
      const isDashboard = metadata.name === 'proxy-injector-dashboard';
      assert.equal(
        metadata.annotations.team,
        isDashboard ? 'dashboards' : 'mesh',
        `${kind} ${metadata.name}`,
      );
    }
    assert.equal(find(objects, 'Pod').metadata.annotations['helm.sh/hook-weight'], '0');
  });

  it('do not replace the replicas', () => {
    assert.equal(find(objects, 'Deployment').spec.template.metadata.annotations.team, undefined);
  });
});

describe('extraObjects', () => {
  for (const helm of HELMS) {
    it(`are installed, with their templates rendered, as maps or text (${helm})`, () => {
      const name = '{{ include "proxy-injector.fullname" . }}-extra';
      const map = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: 'a' },
        data: { a: 'b' },
      };
      const text = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}`;
      const extraObjects = [map, text];
      const objects = render({ values: { extraObjects } }, helm);
      const extra = find(objects, 'ConfigMap', 'proxy-injector-extra');
      assert.deepEqual(extra, { ...map, metadata: { name: 'proxy-injector-extra', namespace: 'a' } });
      assert.equal(find(objects, 'Secret').metadata.name, 'proxy-injector-extra');
    });
  }
});

describe('lists of ports and CIDRs', () => {
  const lists = {
    skipInboundPorts: [22, '8000-8100'],
    skipOutboundPorts: [53],
    skipOutboundCidrs: ['10.0.0.0/8', 'fd00::/8'],
  };

  it('may be YAML lists', () => {
    const { redirect } = configurationOf(render({ values: { config: { redirect: lists } } })).configuration;
    assert.equal(redirect.skipInboundPorts, '22,8000-8100');
    assert.equal(redirect.skipOutboundPorts, '53');
    assert.equal(redirect.skipOutboundCidrs, '10.0.0.0/8,fd00::/8');
  });
});

describe('tls.caBundle', () => {
  for (const helm of HELMS) {
    it(`is base64 in the webhook configuration, whether it is given as PEM or in base64 (${helm})`, () => {
      const base64 = Buffer.from(PEM + PEM).toString('base64');
      for (const caBundle of [PEM + PEM, base64]) {
        const tls = { certManager: { enabled: false }, secretName: 'certificate', caBundle };
        const configuration = find(render({ values: { tls } }, helm), 'MutatingWebhookConfiguration');
        for (const { clientConfig } of configuration.webhooks) assert.equal(clientConfig.caBundle, base64);
        assert.deepEqual(apiServerProblems([configuration]), [null]);
      }
    });
  }
});

describe('names that the API server would reject', () => {
  it('are rejected with advice', () => {
    const message =
      'The name of the Service would be "123-proxy-injector", which is not valid: set fullnameOverride';
    assert.ok(rejection({ name: '123' })?.includes(message));
    assert.equal(rejection({ name: '123', values: { fullnameOverride: 'mesh' } }), undefined);
  });
});
