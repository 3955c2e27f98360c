import { startApplication } from './application.js';
import { ConfigService } from './config/config.service.js';
import { ConfigurationError } from './config/configuration-error.js';
import { portTaken } from './config/listen-error.js';
import { openLog } from './observability/log/logger.js';
import { MetricsService } from './observability/metrics/metrics.service.js';
import { openTraces } from './observability/traces/open-traces.js';
import { ShutdownService } from './shutdown/shutdown.service.js';
import { CertificateError } from './tls/certificate.js';

/** Exits with 2 if the configuration is invalid, as the CLI does, and with 1 if the service cannot start. */
async function main(): Promise<void> {
  const config = new ConfigService(process.env);
  const metrics = new MetricsService();
  const log = await openLog(config.current.configuration.log, (lines) => metrics.logLinesDropped.inc(lines));
  const exit = (code: number) => log.close().finally(() => process.exit(code));
  const exitNow = (code: number) => {
    log.flush();
    process.exit(code);
  };
  try {
    const traces = await openTraces(process.env, log.logger, metrics);
    const application = await startApplication(config, log.logger, metrics, traces);
    application.get(ShutdownService).handleSignals(application, { exit, exitNow });
  } catch (error) {
    const reason = portTaken(error as Error, config.current.configuration);
    if (reason === undefined) report(error as Error);
    else process.stderr.write(`${reason}\n`);
    await exit(exitCode(error as Error));
  }
}

function exitCode(error: Error): number {
  return error instanceof ConfigurationError ? 2 : 1;
}

/** Prints the message of an error that an operator can fix, and the stack of a bug. */
function report(error: Error): void {
  const isOperational =
    error instanceof ConfigurationError || error instanceof CertificateError || 'syscall' in error;
  process.stderr.write(`${isOperational ? error.message : error.stack}\n`);
}

main().catch((error: Error) => {
  report(error);
  process.exit(exitCode(error));
});
