import type { KubernetesObject } from '../chart/chart.js';

/**
 * The scrape configuration that the Prometheus operator makes of a ServiceMonitor with matchLabels and one endpoint without relabelings
 * (github.com/prometheus-operator/prometheus-operator, pkg/prometheus/promcfg.go, generateServiceMonitorConfig), for a Prometheus that
 * asks the API server as a kubeconfig says, and every second.
 */
export function serviceMonitorScrape({ metadata, spec }: KubernetesObject, kubeconfig: string): object {
  const [{ port, path }] = spec.endpoints;
  const { name, namespace } = metadata;
  return {
    job_name: `serviceMonitor/${namespace}/${name}/0`,
    metrics_path: path,
    scrape_interval: '1s',
    scrape_timeout: '1s',
    kubernetes_sd_configs: [
      { role: 'endpointslice', namespaces: { names: [namespace] }, kubeconfig_file: kubeconfig },
    ],
    relabel_configs: [
      ...Object.entries<string>(spec.selector.matchLabels).map(([label, value]) => hasLabel(label, value)),
      { action: 'keep', source_labels: [`${META}endpointslice_port_name`], regex: port },
      { action: 'drop', source_labels: [`${META}pod_phase`], regex: '(Failed|Succeeded)' },
      copied('namespace', 'namespace'),
      copied('service_name', 'service'),
      copied('pod_name', 'pod'),
      copied('pod_container_name', 'container'),
      copied('service_name', 'job'),
      { target_label: 'endpoint', replacement: port },
    ],
  };
}

const META = '__meta_kubernetes_';

function hasLabel(label: string, value: string): object {
  const name = label.replace(/\W/g, '_');
  return {
    action: 'keep',
    source_labels: [`${META}service_label_${name}`, `${META}service_labelpresent_${name}`],
    regex: `(${value});true`,
  };
}

function copied(from: string, to: string): object {
  return { source_labels: [META + from], target_label: to };
}
