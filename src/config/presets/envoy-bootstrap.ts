import type { JsonObject } from '../../core/values/json.js';

/** What the bootstrap depends on. */
export interface EnvoyOptions {
  /** The port to which connections are redirected. */
  readonly tcpPort: number;
  /** Serves `/ready` and `/stats/prometheus` to everyone. */
  readonly metricsPort: number;
  /** The administration interface, on 127.0.0.1. */
  readonly adminPort: number;
  readonly accessLog: boolean;
  readonly ipv6: boolean;
}

type Direction = 'inbound' | 'outbound';

/** The addresses at which redirected connections arrive: netfilter sends outbound ones to loopback. */
const ADDRESSES = { inbound: ['0.0.0.0', '::'], outbound: ['127.0.0.1', '::1'] } as const;

const API = 'type.googleapis.com/envoy.extensions';

/**
 * The bootstrap of an Envoy that forwards connections to their original destinations. Its two listeners share a port:
 * the kernel prefers the more specific address, and Envoy sets SO_REUSEPORT on both. Source of the fields:
 * envoyproxy.io/docs/envoy/v1.40.0/api-v3.
 */
export function envoyBootstrap(options: EnvoyOptions): JsonObject {
  const { adminPort } = options;
  return {
    admin: { address: address('127.0.0.1', adminPort) },
    static_resources: {
      listeners: [listener('inbound', options), listener('outbound', options), metricsListener(options)],
      clusters: [cluster('inbound'), cluster('outbound'), adminCluster(adminPort)],
    },
  };
}

function listener(direction: Direction, { tcpPort, accessLog, ipv6 }: EnvoyOptions): JsonObject {
  return {
    name: direction,
    traffic_direction: direction.toUpperCase(),
    ...addresses(ADDRESSES[direction], tcpPort, ipv6),
    // In a Pod with IPv6 disabled, loopback has no address ::1 to bind to.
    ...(direction === 'outbound' && { freebind: true }),
    per_connection_buffer_limit_bytes: BUFFER_BYTES,
    listener_filters: [
      filter('envoy.filters.listener.original_dst', 'filters.listener.original_dst.v3.OriginalDst'),
    ],
    filter_chains: [
      {
        // A connection to the proxy's own port would be forwarded to itself in a loop.
        filter_chain_match: { destination_port: tcpPort, ...ownDestinations(direction, ipv6) },
        filters: [
          filter('envoy.filters.network.direct_response', 'filters.network.direct_response.v3.Config', {
            response: { inline_string: 'This is the port of the proxy.\n' },
          }),
        ],
      },
    ],
    default_filter_chain: {
      filters: [
        filter('envoy.filters.network.tcp_proxy', 'filters.network.tcp_proxy.v3.TcpProxy', {
          stat_prefix: direction,
          cluster: direction,
          // An idle connection is for the app and its peer to close.
          idle_timeout: '0s',
          ...(accessLog && { access_log: [accessLogTo(direction)] }),
        }),
      ],
    },
    // Finds out about clients that are gone.
    socket_options: [
      { description: 'SO_KEEPALIVE', level: 1, name: 9, int_value: 1, state: 'STATE_LISTENING' },
    ],
  };
}

/** The destinations at which a connection to `tcpPort` can only mean the proxy itself. Others may be elsewhere. */
function ownDestinations(direction: Direction, ipv6: boolean): JsonObject {
  if (direction === 'inbound') return {};
  return { prefix_ranges: [prefix('127.0.0.0', 8), ...(ipv6 ? [prefix('::1', 128)] : [])] };
}

/** The default of Envoy is 1 MiB, twice for each connection whose receiver is slow. */
const BUFFER_BYTES = 65_536;

/** One JSON object per connection, when it ends. */
function accessLogTo(direction: Direction): JsonObject {
  return filter('envoy.access_loggers.stdout', 'access_loggers.stream.v3.StdoutAccessLog', {
    log_format: {
      json_format: {
        time: '%START_TIME%',
        direction,
        client: '%DOWNSTREAM_REMOTE_ADDRESS%',
        destination: '%DOWNSTREAM_LOCAL_ADDRESS%',
        milliseconds: '%DURATION%',
        bytes_received: '%BYTES_RECEIVED%',
        bytes_sent: '%BYTES_SENT%',
        flags: '%RESPONSE_FLAGS%',
        failure: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
      },
    },
  });
}

function cluster(direction: Direction): JsonObject {
  return {
    name: direction,
    type: 'ORIGINAL_DST',
    lb_policy: 'CLUSTER_PROVIDED',
    connect_timeout: '10s',
    per_connection_buffer_limit_bytes: BUFFER_BYTES,
    // By default, Envoy refuses the connection after the 1024th.
    circuit_breakers: {
      thresholds: [{ max_connections: UNLIMITED, max_pending_requests: UNLIMITED, max_requests: UNLIMITED }],
    },
    upstream_connection_options: { tcp_keepalive: {} },
  };
}

const UNLIMITED = 4_294_967_295;

/** Passes on two paths of the administration interface, for GET only. */
function metricsListener({ metricsPort, ipv6 }: EnvoyOptions): JsonObject {
  const routes = ['/ready', '/stats/prometheus'].map((path) => ({
    match: { path, headers: [{ name: ':method', string_match: { exact: 'GET' } }] },
    route: { cluster: 'admin' },
  }));
  return {
    name: 'metrics',
    ...addresses(ADDRESSES.inbound, metricsPort, ipv6),
    filter_chains: [
      {
        filters: [
          filter(
            'envoy.filters.network.http_connection_manager',
            'filters.network.http_connection_manager.v3.HttpConnectionManager',
            {
              stat_prefix: 'metrics',
              common_http_protocol_options: { idle_timeout: '60s' },
              request_headers_timeout: '5s',
              http_filters: [filter('envoy.filters.http.router', 'filters.http.router.v3.Router')],
              route_config: { virtual_hosts: [{ name: 'metrics', domains: ['*'], routes }] },
            },
          ),
        ],
      },
    ],
  };
}

function adminCluster(port: number): JsonObject {
  return {
    name: 'admin',
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: 'admin',
      endpoints: [{ lb_endpoints: [{ endpoint: { address: address('127.0.0.1', port) } }] }],
    },
  };
}

/** The addresses of a listener: IPv4, and IPv6 on a socket of its own. */
function addresses([ipv4, ipv6]: readonly [string, string], port: number, withIpv6: boolean): JsonObject {
  return {
    address: address(ipv4, port),
    ...(withIpv6 && { additional_addresses: [{ address: address(ipv6, port) }] }),
  };
}

function address(host: string, port: number): JsonObject {
  return { socket_address: { address: host, port_value: port } };
}

function prefix(address_prefix: string, prefix_len: number): JsonObject {
  return { address_prefix, prefix_len };
}

function filter(name: string, type: string, config: JsonObject = {}): JsonObject {
  return { name, typed_config: { '@type': `${API}.${type}`, ...config } };
}
