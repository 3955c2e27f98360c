import { SERVICE_ACCOUNT_DIRECTORY } from '../../cluster/api-access.js';
import { choice } from '../../core/values/value-type.js';
import { integer, nonEmpty, valueType } from './expectation.js';
import { Setting } from './setting.js';

const LISTENER_HOST = {
  help: 'Address that it listens on.',
  expected: 'an IP address or host name',
  check: nonEmpty,
  restart: true,
} as const;

const LISTENER_PORT = { ...integer(0, 65535), restart: true } as const;

/** The section `webhook`. */
export class WebhookConfiguration {
  @Setting(LISTENER_HOST)
  host = '0.0.0.0';

  @Setting({ help: 'HTTPS port of `POST /mutate`; 0 picks a free one.', ...LISTENER_PORT })
  port = 9443;

  @Setting({
    help: 'Time that a client has to send its whole request, in seconds.',
    ...integer(1, 300),
    restart: true,
  })
  requestTimeoutSeconds = 30;
}

/** The section `management`. */
export class ManagementConfiguration {
  @Setting(LISTENER_HOST)
  host = '0.0.0.0';

  @Setting({ help: 'HTTP port of `/livez`, `/readyz` and `/metrics`; 0 picks a free one.', ...LISTENER_PORT })
  port = 8080;
}

/** The versions of TLS that may be the oldest one spoken. */
const TLS_VERSION = choice(['TLSv1.2', 'TLSv1.3']);
type TlsVersion = NonNullable<ReturnType<typeof TLS_VERSION.parse>>;

/** The section `tls`. */
export class TlsConfiguration {
  @Setting({
    help: 'Certificate chain (PEM), the leaf first.',
    expected: 'a path',
    check: nonEmpty,
    restart: true,
  })
  cert = '/etc/webhook/certs/tls.crt';

  @Setting({ help: 'Private key of the leaf (PEM).', expected: 'a path', check: nonEmpty, restart: true })
  key = '/etc/webhook/certs/tls.key';

  @Setting({
    help: 'Oldest version of TLS that is spoken.',
    ...valueType(TLS_VERSION),
  })
  minVersion: TlsVersion = 'TLSv1.2';
}

/** The section `kubernetes`. */
export class KubernetesConfiguration {
  @Setting({
    help: 'Where the credentials of the ServiceAccount are mounted.',
    expected: 'a path',
    check: nonEmpty,
    restart: true,
  })
  serviceAccount = SERVICE_ACCOUNT_DIRECTORY;
}

/** The section `shutdown`. */
export class ShutdownConfiguration {
  @Setting({
    help: 'Time that it serves on after SIGTERM while `/readyz` answers 503, in seconds.',
    ...integer(0, 300),
  })
  drainSeconds = 5;
}

const SERVICE_LOG_LEVEL = choice(['debug', 'info', 'warn', 'error']);
const LOG_FORMAT = choice(['auto', 'json', 'pretty']);

/** The section `log`. */
export class LogConfiguration {
  @Setting({
    help: 'Least level that is logged; `debug` shows the patches.',
    ...valueType(SERVICE_LOG_LEVEL),
  })
  level: NonNullable<ReturnType<typeof SERVICE_LOG_LEVEL.parse>> = 'info';

  @Setting({
    help: '`auto` is pretty on a terminal and JSON elsewhere.',
    ...valueType(LOG_FORMAT),
    restart: true,
  })
  format: NonNullable<ReturnType<typeof LOG_FORMAT.parse>> = 'auto';
}
