import { stringify } from 'yaml';
import { find, type KubernetesObject, render } from '../chart/chart.js';
import { Prometheus } from '../monitoring/prometheus.js';
import { serviceMonitorScrape } from '../monitoring/service-monitor.js';
import { until } from '../support/until.js';
import type { Cluster } from './cluster.js';
import type { LocalCluster } from './local-cluster/local-cluster.js';
import { RELEASE } from './release.js';
import { VALUES } from './values.js';

/**
 * Starts a Prometheus in the cluster's network. It scrapes the release's Pods as the chart's ServiceMonitor says, and
 * the API server's metrics of webhooks and policies. Its rules are those of the chart's PrometheusRule, without their
 * delay.
 */
export function startPrometheus(cluster: Cluster): Promise<Prometheus> {
  const local = cluster.local as LocalCluster;
  const values = { ...VALUES, serviceMonitor: { enabled: true }, prometheusRule: { enabled: true } };
  const objects = render({ namespace: RELEASE, values });
  return Prometheus.start({
    scrapeConfigs: [
      serviceMonitorScrape(find(objects, 'ServiceMonitor'), local.kubeconfig),
      apiServerScrape(new URL(cluster.api.url).host, local),
    ],
    rules: stringify(withoutDelay(find(objects, 'PrometheusRule').spec)),
    host: new URL(cluster.api.url).hostname,
    inside: (...command) => local.sandbox.inside(...command),
  });
}

/**
 * Waits until alerts fire; other alerts may fire too. Calls `meanwhile` repeatedly: when a counter first appears with
 * the value 1, as those of the API server do, Prometheus sees no increase.
 */
export async function fires(
  prometheus: Prometheus,
  alerts: readonly string[],
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<void> {
  let missing = alerts;
  await until(async () => {
    await meanwhile();
    const firing = await prometheus.firing();
    missing = alerts.filter((alert) => !firing.includes(alert));
    return missing.length === 0;
  }).catch(() => {
    throw new Error(`alerts: expected ${missing} to fire`);
  });
}

function apiServerScrape(host: string, { sandbox }: LocalCluster): object {
  return {
    job_name: 'apiserver',
    scrape_interval: '2s', // it has many metrics
    scrape_timeout: '2s',
    scheme: 'https',
    static_configs: [{ targets: [host] }],
    tls_config: {
      ca_file: sandbox.path('pki', 'ca.crt'),
      cert_file: sandbox.path('pki', 'admin.crt'),
      key_file: sandbox.path('pki', 'admin.key'),
    },
    metric_relabel_configs: [
      {
        action: 'keep',
        source_labels: ['__name__'],
        regex: 'apiserver_(admission_webhook|(validating|mutating)_admission_policy)_.*',
      },
    ],
  };
}

/** The rules, with `for: 0s`. */
function withoutDelay({ groups }: KubernetesObject): KubernetesObject {
  return {
    groups: groups.map(({ rules, ...group }: KubernetesObject) => ({
      ...group,
      rules: rules.map((rule: KubernetesObject) => ({ ...rule, for: '0s' })),
    })),
  };
}
