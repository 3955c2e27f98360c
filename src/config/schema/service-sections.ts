import { SERVICE_ACCOUNT_DIRECTORY } from '../../cluster/api-access.js';
import { choice } from '../../core/values/value-type.js';
import { API_GROUP, KIND, TEMPLATE_PATH, type WorkloadKind } from '../../core/values/workload-kind.js';
import { integer, nonEmpty, valueType } from './expectation.js';
import { Setting } from './setting.js';

const LISTENER_HOST = {
  help: 'Address to listen on.',
  expected: 'an IP address or hostname',
  check: nonEmpty,
  restart: true,
} as const;

const LISTENER_PORT = { ...integer(0, 65535), restart: true } as const;

/** The section `webhook`. */
export class WebhookConfiguration {
  @Setting(LISTENER_HOST)
  host = '0.0.0.0';

  @Setting({ help: 'HTTPS port of `POST /mutate`; 0 picks a free port.', ...LISTENER_PORT })
  port = 9443;

  @Setting({
    help: 'Seconds within which a client must send its whole request.',
    ...integer(1, 300),
    restart: true,
  })
  requestTimeoutSeconds = 30;

  @Setting({
    help: 'Memory in MiB for request bodies that are being received or answered. When it runs out, the slowest clients get 503.',
    ...integer(8, 1024),
    restart: true,
  })
  maxPendingMebibytes = 64;

  @Setting({
    help: 'Most open connections. One more closes one of the client with the most connections, or gets 503.',
    ...integer(32, 65535),
    restart: true,
  })
  maxConnections = 1000;

  @Setting({
    help: 'File with CAs (PEM). If set, clients must present a certificate that one of them signed.',
    expected: 'a path',
    check: nonEmpty,
    restart: true,
  })
  clientCa: string | undefined = undefined;
}

/** The section `management`. */
export class ManagementConfiguration {
  @Setting(LISTENER_HOST)
  host = '0.0.0.0';

  @Setting({
    help: 'HTTP port of `/livez`, `/readyz`, and `/metrics`; 0 picks a free port.',
    ...LISTENER_PORT,
  })
  port = 8080;
}

const TLS_VERSION = choice(['TLSv1.2', 'TLSv1.3']);
type TlsVersion = NonNullable<ReturnType<typeof TLS_VERSION.parse>>;

/** The section `tls`. */
export class TlsConfiguration {
  @Setting({
    help: 'File with the certificate chain (PEM), leaf first.',
    expected: 'a path',
    check: nonEmpty,
    restart: true,
  })
  cert = '/etc/webhook/certs/tls.crt';

  @Setting({
    help: 'File with the private key of the leaf certificate (PEM).',
    expected: 'a path',
    check: nonEmpty,
    restart: true,
  })
  key = '/etc/webhook/certs/tls.key';

  @Setting({
    help: 'Minimum TLS version.',
    ...valueType(TLS_VERSION),
  })
  minVersion: TlsVersion = 'TLSv1.2';
}

/** The section `kubernetes`. */
export class KubernetesConfiguration {
  @Setting({
    help: 'Directory in which the ServiceAccount credentials are mounted.',
    expected: 'a path',
    check: nonEmpty,
    restart: true,
  })
  serviceAccount = SERVICE_ACCOUNT_DIRECTORY;
}

/** The section `shutdown`. */
export class ShutdownConfiguration {
  @Setting({
    help: 'Seconds to keep serving after SIGTERM, while `/readyz` returns 503.',
    ...integer(0, 300),
  })
  drainSeconds = 5;
}

const SERVICE_LOG_LEVEL = choice(['debug', 'info', 'warn', 'error']);
const LOG_FORMAT = choice(['auto', 'json', 'pretty']);

/** The section `log`. */
export class LogConfiguration {
  @Setting({
    help: 'Minimum log level. `debug` includes the patches.',
    ...valueType(SERVICE_LOG_LEVEL),
  })
  level: NonNullable<ReturnType<typeof SERVICE_LOG_LEVEL.parse>> = 'info';

  @Setting({
    help: 'Log format. `auto` means `pretty` on a terminal and `json` elsewhere.',
    ...valueType(LOG_FORMAT),
    restart: true,
  })
  format: NonNullable<ReturnType<typeof LOG_FORMAT.parse>> = 'auto';
}

/** The section `manifests`. */
export class ManifestsConfiguration {
  @Setting({
    help:
      'Kinds with Pod templates that the command line edits, besides those that it knows; one with the same group and ' +
      'kind replaces it. Without templates, objects of the kind are left alone. The service ignores it.',
    expected: 'a list of objects with a group, a kind, and templates, such as [spec.template]',
    check: Array.isArray,
    schema: {
      items: {
        type: 'object',
        required: ['group', 'kind', 'templates'],
        properties: {
          group: { type: 'string', pattern: API_GROUP.source },
          kind: { type: 'string', pattern: KIND.source },
          templates: { type: 'array', items: TEMPLATE_PATH.schema },
        },
        additionalProperties: false,
      },
    },
    verbatim: true,
  })
  kinds: readonly WorkloadKind[] = [];
}
