import type { Logger } from 'pino';
import type { MetricsService } from '../metrics/metrics.service.js';
import { endpointOfTraces } from './environment.js';
import type { Traces } from './traces.js';

/**
 * Returns undefined, and loads nothing, if the environment does not ask for traces. Throws a `ConfigurationError` if it
 * is invalid. OpenTelemetry itself reads all other variables, from `process.env`:
 * opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables.
 */
export async function openTraces(
  env: NodeJS.ProcessEnv,
  logger: Logger,
  metrics: MetricsService,
): Promise<Traces | undefined> {
  const endpoint = endpointOfTraces(env);
  if (endpoint === undefined) return undefined;
  const { OtlpTraces } = await import('./otlp-traces.js');
  logger.info({ endpoint: endpoint.origin }, 'Sending traces to a collector (OTLP)');
  return new OtlpTraces(logger, metrics);
}
