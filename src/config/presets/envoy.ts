import { stringify } from 'yaml';
import { asList, asObject, type JsonObject } from '../../core/values/json.js';
import { envoyBootstrap } from './envoy-bootstrap.js';
import type { PresetInput } from './preset.js';

/** The version that the tests run. */
const IMAGE = 'envoyproxy/envoy:distroless-v1.40.0';

/** The name of the port that serves `/ready` and `/stats/prometheus`. */
const METRICS_PORT_NAME = 'envoy-metrics';

/** Ports of Envoy's own, of which the preset uses two that are free. */
const OWN_PORTS = [5055, 5056, 5057, 5058];

/** How long Envoy keeps serving a Pod that is being deleted, in container mode. In native mode, it stops last. */
const DRAIN_SECONDS = 10;

/**
 * A transparent Envoy: it forwards the TCP connections that it gets, inbound and outbound, to where they were going.
 * The bootstrap travels in the arguments.
 */
export function envoy({ mode, tcpPort, accessLog, ipv6, container }: PresetInput): JsonObject {
  const free = OWN_PORTS.filter((port) => port !== tcpPort);
  const metricsPort = configuredMetricsPort(container) ?? free[0] ?? 0;
  const adminPort = free.find((port) => port !== metricsPort) ?? 0;
  const bootstrap = envoyBootstrap({
    tcpPort,
    metricsPort,
    adminPort,
    accessLog: accessLog === 'enabled',
    ipv6: ipv6 !== 'disabled',
  });
  const ready = { httpGet: { path: '/ready', port: metricsPort } };
  return {
    proxy: {
      image: IMAGE,
      logLevel: 'warning',
      container: {
        args: [
          '--config-yaml',
          stringify(bootstrap, { lineWidth: 0, aliasDuplicateObjects: false }),
          '--log-level',
          '$(PROXY_LOG_LEVEL)',
          // By default, Envoy starts a thread for each processor of the node.
          '--concurrency',
          '2',
          // Otherwise a second Envoy in the Pod would not start.
          '--disable-hot-restart',
        ],
        ports: [{ name: METRICS_PORT_NAME, containerPort: metricsPort, protocol: 'TCP' }],
        startupProbe: { ...ready, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 },
        readinessProbe: { ...ready, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
        ...(mode === 'container' && { lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } } }),
        // Envoy takes 1m and 65 MiB when idle, most of it its binary, and 0.2 ms and 25 to 40 KiB per connection.
        resources: { requests: { cpu: '50m', memory: '64Mi' } },
        securityContext: { readOnlyRootFilesystem: true },
      },
    },
    redirect: { inboundUdp: 'disabled' },
    pod: {
      annotations: {
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': String(metricsPort),
        'prometheus.io/path': '/stats/prometheus',
      },
    },
  };
}

/** The port of that name in `proxy.container.ports`, for Pods in which the preset's is taken. */
function configuredMetricsPort({ ports }: JsonObject): number | undefined {
  const port = asList(ports)
    .map(asObject)
    .find(({ name }) => name === METRICS_PORT_NAME)?.containerPort;
  return typeof port === 'number' ? port : undefined;
}
