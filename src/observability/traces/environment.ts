import { ConfigurationError } from '../../config/configuration-error.js';
import type { ConfigViolation } from '../../config/schema/config-violation.js';

/** Those for traces take precedence: opentelemetry.io/docs/specs/otel/protocol/exporter/#configuration-options. */
const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const;
const PROTOCOLS = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'] as const;

/** The only protocol of the exporter; every receiver of OTLP over HTTP has to support it. */
const PROTOCOL = 'http/protobuf';

/**
 * The endpoint that the environment names for traces. Undefined if it names none, or if `OTEL_SDK_DISABLED` or
 * `OTEL_TRACES_EXPORTER=none` turns traces off. An empty variable counts as unset. Throws a {@link ConfigurationError}
 * if spans could never reach the endpoint.
 */
export function endpointOfTraces(env: NodeJS.ProcessEnv): URL | undefined {
  const endpoint = firstSet(env, ENDPOINTS);
  const isOff = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none';
  if (endpoint === undefined || isOff) return undefined;
  const violations = [endpointViolation(endpoint), protocolViolation(firstSet(env, PROTOCOLS))].filter(
    (violation) => violation !== undefined,
  );
  if (violations.length > 0) throw new ConfigurationError('environment', violations);
  return new URL(endpoint.value);
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

function firstSet(env: NodeJS.ProcessEnv, names: readonly string[]): Variable | undefined {
  const name = names.find((each) => env[each]?.trim());
  return name === undefined ? undefined : { name, value: env[name] as string };
}

function endpointViolation({ name, value }: Variable): ConfigViolation | undefined {
  if (URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol)) return undefined;
  return { origin: name, path: [], expected: 'a URL, such as http://otel-collector:4318', given: value };
}

function protocolViolation(variable: Variable | undefined): ConfigViolation | undefined {
  if (variable === undefined || variable.value === PROTOCOL) return undefined;
  return { origin: variable.name, path: [], expected: PROTOCOL, given: variable.value };
}
