import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A target that answers as the API server and kube-state-metrics do about a release. */
export interface ClusterMetrics {
  readonly address: string;
  stop(): void;
}

/** The upper bounds of the API server's buckets: k8s.io/apiserver, pkg/admission/metrics/metrics.go. */
const BOUNDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];
const NAMESPACES = { checkout: 12, payments: 8, search: 21 };

/** Serves metrics about the webhooks of a release in `namespace`, with more calls at each scrape. */
export async function serveClusterMetrics(namespace: string): Promise<ClusterMetrics> {
  const name = `namespaces.proxy-injector.${namespace}.svc`;
  let scrapes = 0;
  const server = createServer((_, response) => {
    scrapes += 1;
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(metricsText(name, scrapes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => server.close().closeAllConnections(),
  };
}

/** About 70 calls a scrape, as over a day. For three of every 90 scrapes, calls fail, and the guard acts. */
function metricsText(name: string, scrapes: number): string {
  const calls = Math.round(70 * scrapes - 360 * Math.cos(scrapes / 12) + 360);
  const failed = 25 * Math.floor(scrapes / 90) * 3 + 25 * Math.min(3, Math.max(0, (scrapes % 90) - 60));
  const call = `name="${name}",operation="CREATE",type="admit"`;
  const metric = 'apiserver_admission_webhook';
  const guard = `apiserver_validating_admission_policy_check_total{policy="proxy-injector-guard"`;
  const guarded = (action: string) =>
    `${guard},policy_binding="proxy-injector-guard-namespaces-${action}",error_type="invalid_error"`;
  const within = (bound: number) => Math.round(calls * (1 - 0.6 * Math.exp(-bound * 250)));
  return [
    `${metric}_request_total{${call},code="200",rejected="false"} ${calls}`,
    `${metric}_request_total{${call},code="403",rejected="true"} ${Math.round(calls / 40)}`,
    `${metric}_rejection_count{${call},error_type="calling_webhook_error",rejection_code="0"} ${failed}`,
    ...BOUNDS.map(
      (bound) =>
        `${metric}_admission_duration_seconds_bucket{${call},rejected="false",le="${bound}"} ${within(bound)}`,
    ),
    `${metric}_admission_duration_seconds_bucket{${call},rejected="false",le="+Inf"} ${calls}`,
    `${guarded('deny')},enforcement_action="deny"} ${Math.round(failed / 5)}`,
    `${guarded('warn')},enforcement_action="warn"} ${Math.round(failed / 3)}`,
    `${guarded('warn')},enforcement_action="audit"} ${Math.round(failed / 3)}`,
    ...Object.entries(NAMESPACES).flatMap(([namespace, pods]) =>
      Array.from(
        { length: pods },
        (_, pod) =>
          `kube_pod_init_container_info{namespace="${namespace}",pod="web-${pod}",container="proxy-sidecar"} 1`,
      ),
    ),
    'kube_pod_container_info{namespace="legacy",pod="web",container="proxy-sidecar"} 1',
    'kube_pod_container_info{namespace="legacy",pod="web",container="app"} 1',
    '',
  ].join('\n');
}
