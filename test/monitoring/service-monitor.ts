import type { KubernetesObject } from '../chart/chart.js';

/**
 * The scrape configuration that the Prometheus operator generates from a ServiceMonitor with matchLabels and one
 * endpoint without relabelings (github.com/prometheus-operator/prometheus-operator, pkg/prometheus/promcfg.go,
 * generateServiceMonitorConfig). It scrapes every second and discovers targets with the kubeconfig at the given path.
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
      ...Object.entries<string>(spec.selector.matchLabels).map(([label, value]) => keepLabel(label, value)),
      { action: 'keep', source_labels: [`${META}endpointslice_port_name`], regex: port },
      { action: 'drop', source_labels: [`${META}pod_phase`], regex: '(Failed|Succeeded)' },
      copyLabel('namespace', 'namespace'),
      copyLabel('service_name', 'service'),
      copyLabel('pod_name', 'pod'),
      copyLabel('pod_container_name', 'container'),
      copyLabel('service_name', 'job'),
      { target_label: 'endpoint', replacement: port },
    ],
  };
}

const META = '__meta_kubernetes_';

function keepLabel(label: string, value: string): object {
  const name = label.replace(/\W/g, '_');
  return {
    action: 'keep',
    source_labels: [`${META}service_label_${name}`, `${META}service_labelpresent_${name}`],
    regex: `(${value});true`,
  };
}

function copyLabel(from: string, to: string): object {
  return { source_labels: [META + from], target_label: to };
}
