import { startApplication } from './application.js';
import { ConfigService } from './config/config.service.js';
import { ConfigurationError } from './config/configuration-error.js';
import { openLog } from './observability/log/logger.js';
import { MetricsService } from './observability/metrics/metrics.service.js';
import { ShutdownService } from './shutdown/shutdown.service.js';
import { CertificateError } from './tls/certificate.js';

/** Ends with 2 where the configuration is wrong, as the other commands do, and with 1 where the service cannot start. */
async function main(): Promise<void> {
  const config = new ConfigService(process.env);
  const metrics = new MetricsService();
  const log = await openLog(config.current.configuration.log, (lines) => metrics.logLinesDropped.inc(lines));
  const exit = (code: number) => log.close().finally(() => process.exit(code));
  try {
    const application = await startApplication(config, log.logger, metrics);
    application.get(ShutdownService).handleSignals(application, exit);
  } catch (error) {
    report(error as Error);
    await exit(1);
  }
}

/** What an operator can put right is said in a line; a bug comes with its stack. */
function report(error: Error): void {
  const isOperators =
    error instanceof ConfigurationError || error instanceof CertificateError || 'syscall' in error;
  process.stderr.write(`${isOperators ? error.message : error.stack}\n`);
}

main().catch((error: Error) => {
  report(error);
  process.exit(error instanceof ConfigurationError ? 2 : 1);
});
