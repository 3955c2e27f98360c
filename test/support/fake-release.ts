import type { ClusterObject } from './fake-cluster.js';

const NAMESPACE = 'proxy-injector';
const NAME = 'proxy-injector';

/** What Helm installs, as far as the cluster commands read it. */
export function fakeRelease({
  config = 'ineligiblePods: admit\n',
  env = [],
}: {
  readonly config?: string;
  readonly env?: readonly object[];
} = {}): ClusterObject[] {
  const labels = { 'app.kubernetes.io/name': NAME, 'app.kubernetes.io/instance': NAME };
  const metadata = { name: NAME, namespace: NAMESPACE };
  const service = { name: NAME, namespace: NAMESPACE, path: '/mutate' };
  const container = {
    name: 'injector',
    env: [{ name: 'INJECTOR_CONFIG', value: '/etc/proxy-injector/config.yaml' }, ...env],
    volumeMounts: [
      { name: 'certs', mountPath: '/etc/webhook/certs' },
      { name: 'config', mountPath: '/etc/proxy-injector' },
    ],
  };
  const volumes = [
    { name: 'certs', secret: { secretName: 'tls' } },
    { name: 'config', configMap: { name: NAME } },
  ];
  return [
    {
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: NAME },
      webhooks: ['namespaces', 'pods'].map((of) => ({
        name: `${of}.${NAME}.${NAMESPACE}.svc`,
        clientConfig: { service },
      })),
    },
    {
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'other' },
      webhooks: [{ name: 'x', clientConfig: {} }],
    },
    { kind: 'Service', metadata, spec: { selector: labels } },
    {
      kind: 'Deployment',
      metadata: { name: 'other', namespace: NAMESPACE },
      spec: { template: { metadata: {} } },
    },
    {
      kind: 'Deployment',
      metadata,
      spec: { template: { metadata: { labels }, spec: { containers: [container], volumes } } },
    },
    { kind: 'ConfigMap', metadata, data: { 'config.yaml': config } },
  ];
}
