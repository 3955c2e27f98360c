import { stringify } from 'yaml';
import { asList, asObject, type JsonObject } from '../../core/values/json.js';
import { envoyBootstrap } from './envoy-bootstrap.js';
import type { PresetInput } from './preset.js';

/** The version that the tests run. In container mode, the hook that holds the app needs a shell. */
const IMAGES = {
  native: 'envoyproxy/envoy:distroless-v1.40.0',
  container: 'envoyproxy/envoy:v1.40.0',
} as const;

/** The name of the port that serves `/ready` and `/stats/prometheus`. */
export const METRICS_PORT_NAME = 'envoy-metrics';

/** Ports of Envoy's own, of which the preset uses two that are free. */
export const OWN_PORTS = [5055, 5056, 5057, 5058];

/** Time for an app without a preStop hook to answer its open requests, in container mode. */
const DRAIN_SECONDS = 10;

/** How long Envoy may take to start. */
const STARTUP_SECONDS = 60;

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
      image: IMAGES[mode],
      logLevel: 'warning',
      holdApplication: 'enabled',
      drainSeconds: DRAIN_SECONDS,
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
        startupProbe: { ...ready, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: STARTUP_SECONDS },
        readinessProbe: { ...ready, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
        ...(mode === 'container' && {
          lifecycle: { postStart: { exec: { command: waitCommand(metricsPort) } } },
        }),
        // Envoy takes 1m and 65 MiB when idle, most of it its binary, and 0.2 ms and 25 to 40 KiB per connection. To
        // start, it reads nearly all of the binary. In a Guaranteed Pod, the request is the limit: 64Mi would make the
        // kernel drop parts of the binary and read them again, so that a start takes half a minute.
        resources: { requests: { cpu: '50m', memory: '96Mi' } },
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

/**
 * Waits until Envoy is ready. Kubernetes sets no limit on this hook, and deletes no Pod while it runs. When it fails,
 * the kubelet restarts Envoy, and starts the app regardless.
 */
function waitCommand(port: number): string[] {
  const script = `\
is_ready() {
  exec 3<>/dev/tcp/127.0.0.1/${port} &&
    printf 'GET /ready HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 &&
    read -r -t 1 status <&3 && [[ $status == *' 200 '* ]]
}
until (is_ready) 2>/dev/null; do
  if ((SECONDS >= ${STARTUP_SECONDS})); then
    echo 'Envoy is not ready after ${STARTUP_SECONDS} seconds' >&2
    exit 1
  fi
  sleep 0.1
done
`;
  return ['bash', '-c', script];
}

/** The port of that name in `proxy.container.ports`, for Pods in which the preset's is taken. */
function configuredMetricsPort({ ports }: JsonObject): number | undefined {
  const port = asList(ports)
    .map(asObject)
    .find(({ name }) => name === METRICS_PORT_NAME)?.containerPort;
  return typeof port === 'number' ? port : undefined;
}
