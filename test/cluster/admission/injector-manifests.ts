import type { KubernetesObject } from '../../chart/chart.js';
import { RELEASE } from '../release.js';

/**
 * The Pod, Service and ConfigMap of an injector: the Pod of the release's Deployment with another configuration. They
 * use the Secret `certificate`.
 */
export function injectorManifests(name: string, config: string, spec: KubernetesObject): KubernetesObject[] {
  const labels = { injector: name };
  const [container] = spec.containers;
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { 'config.yaml': config } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: labels, ports: [{ port: 443, targetPort: 'webhook' }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels },
      spec: {
        ...spec,
        serviceAccountName: RELEASE,
        serviceAccount: RELEASE,
        terminationGracePeriodSeconds: 1,
        topologySpreadConstraints: [],
        containers: [{ ...container, lifecycle: {}, resources: {} }],
        volumes: [
          { name: 'config', configMap: { name } },
          { name: 'certs', secret: { secretName: 'certificate' } },
        ],
      },
    },
  ];
}
